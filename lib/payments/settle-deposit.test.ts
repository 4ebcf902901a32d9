import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { claimVoucher } from "./claim-voucher";
import { settleDeposit } from "./settle-deposit";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterEach(expectInvariants);
afterAll(() => shop.close());

async function claimed() {
  const { user, ctx } = await shop.customer();
  const { depositId } = await shop.purchase(ctx);
  const { voucher } = await shop.sandbox.control.createVoucher({ amountCents: 50_000n });
  const claim = await claimVoucher(ctx, {
    code: voucher.code,
    source: "callback",
    customerId: user.id,
    depositId,
    worker: "job",
  });
  if (claim.kind !== "claimed") throw new Error("a new code can be claimed");
  return { user, ctx, depositId, redemptionId: claim.redemptionId };
}

test("the same proof by two roads, twenty times at once, settles once and is an error for nobody", async () => {
  const { user, ctx, depositId, redemptionId } = await claimed();
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      settleDeposit(ctx, {
        depositId,
        evidence: {
          kind: index % 2 === 0 ? "voucher_redeemed" : "redemption_callback",
          redemptionId,
          amountCents: 50_000n,
        },
      }),
    ),
  );
  expect(results.filter((result) => result.kind === "settled")).toHaveLength(1);
  expect(await shop.availableCents(user)).toBe(50_000n);
  expect(await db().receipt.count({ where: { paymentId: depositId } })).toBe(1);
  expect(await db().deposit.count({ where: { customerId: user.id } })).toBe(1);
});

test("proof of nothing, or of less, is refused before anything is written", async () => {
  const { user, ctx, depositId, redemptionId } = await claimed();
  for (const amountCents of [0n, -1n]) {
    const evidence = { kind: "voucher_redeemed" as const, redemptionId, amountCents };
    await expect(settleDeposit(ctx, { depositId, evidence })).rejects.toThrow("positive");
  }
  expect(await shop.availableCents(user)).toBe(0n);
});

test("proof for another shop's claim settles nothing here", async () => {
  const theirs = await claimed();
  const { ctx } = await shop.customer();
  const settled = await settleDeposit(ctx, {
    depositId: theirs.depositId,
    evidence: {
      kind: "voucher_redeemed",
      redemptionId: theirs.redemptionId,
      amountCents: 50_000n,
    },
  });
  expect(settled.kind).toBe("already-settled");
  expect(await shop.availableCents(theirs.user)).toBe(0n);
});
