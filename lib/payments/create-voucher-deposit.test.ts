import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { InvalidInputError } from "@/lib/errors";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";
import { cancelVoucherDeposit } from "./cancel-voucher-deposit";
import { createVoucherDeposit, sessionIdOf } from "./create-voucher-deposit";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

function rowsOf(ctx: Ctx) {
  return db().deposit.findMany({ where: { customerId: ctx.actor.id }, orderBy: { id: "asc" } });
}

describe("one tap on Continue", () => {
  test("opens one deposit and knows its address before anyone else does", async () => {
    const { ctx } = await shop.customer();
    const opened = await createVoucherDeposit(ctx, { amount: "1,250.50", attemptKey: "a" });
    const [row] = await rowsOf(ctx);
    expect(row).toMatchObject({
      id: opened.depositId,
      state: "submitted",
      origin: "checkout",
      askedCents: 125_050n,
      paidCents: null,
    });
    const query = new URL(opened.redirectUrl).searchParams;
    expect(query.get("amount")).toBe("1250.50");
    expect(query.get("session_id")).toBe(sessionIdOf(opened.depositId));
    for (const name of ["callback_url", "return_url", "cancel_url"]) {
      expect(query.get(name)?.startsWith(`${shop.appUrl}/`)).toBe(true);
    }
  });

  test("both ways back name the session, so that neither leaves a deposit dangling", async () => {
    const { ctx } = await shop.customer();
    const { depositId, redirectUrl } = await createVoucherDeposit(ctx, {
      amount: "500",
      attemptKey: "a",
    });
    const query = new URL(redirectUrl).searchParams;
    for (const name of ["return_url", "cancel_url"]) {
      const back = new URL(query.get(name) ?? "");
      expect(back.searchParams.get("session_id")).toBe(sessionIdOf(depositId));
    }
  });

  test("stores only the hash of the session id", async () => {
    const { ctx } = await shop.customer();
    const { depositId } = await createVoucherDeposit(ctx, { amount: "500", attemptKey: "a" });
    const row = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
    const stored = JSON.stringify(row, (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    expect(row.sessionTokenHash).toMatch(/^[0-9a-f]{64}$/);
    expect(stored).not.toContain(sessionIdOf(depositId));
  });
});

describe("the same attempt again", () => {
  test("gives the same deposit and the same address", async () => {
    const { ctx } = await shop.customer();
    const first = await createVoucherDeposit(ctx, { amount: "500", attemptKey: "a" });
    const second = await createVoucherDeposit(ctx, { amount: "500.00", attemptKey: "a" });
    expect(second).toEqual(first);
    expect(await rowsOf(ctx)).toHaveLength(1);
  });

  test("gives one row for twenty posts at the same moment", async () => {
    const { ctx } = await shop.customer();
    const posts = Array.from({ length: 20 }, () =>
      createVoucherDeposit(ctx, { amount: "500", attemptKey: "a" }),
    );
    const addresses = new Set((await Promise.all(posts)).map(({ redirectUrl }) => redirectUrl));
    expect(addresses.size).toBe(1);
    const rows = await rowsOf(ctx);
    expect(rows).toHaveLength(1);
    expect(
      await db().auditEntry.count({
        where: { subjectId: rows[0]?.id ?? "", action: "deposit.submitted" },
      }),
    ).toBe(1);
  });

  test("with another amount is another purchase", async () => {
    const { ctx } = await shop.customer();
    const first = await createVoucherDeposit(ctx, { amount: "500", attemptKey: "a" });
    const second = await createVoucherDeposit(ctx, { amount: "600", attemptKey: "a" });
    expect(second.depositId).not.toBe(first.depositId);
    expect((await rowsOf(ctx)).map((row) => row.askedCents)).toEqual([50_000n, 60_000n]);
  });

  test("of another customer is another purchase", async () => {
    const one = await shop.customer();
    const two = await shop.customer(one.user.merchantId);
    const first = await createVoucherDeposit(one.ctx, { amount: "500", attemptKey: "a" });
    const second = await createVoucherDeposit(two.ctx, { amount: "500", attemptKey: "a" });
    expect(second.depositId).not.toBe(first.depositId);
    expect(second.redirectUrl).not.toBe(first.redirectUrl);
  });

  test("after it was paid opens the next purchase, once", async () => {
    const { ctx } = await shop.customer();
    const first = await createVoucherDeposit(ctx, { amount: "500", attemptKey: "a" });
    const query = new URL(first.redirectUrl).searchParams;
    await shop.sandbox.control.createVoucher({
      amountCents: 50_000n,
      sessionId: query.get("session_id") ?? "",
      callbackUrl: query.get("callback_url") ?? "",
    });
    await eventually(async () => expect((await rowsOf(ctx))[0]?.state).toBe("paid"));

    const again = [1, 2, 3].map(() =>
      createVoucherDeposit(ctx, { amount: "500", attemptKey: "a" }),
    );
    const opened = new Set((await Promise.all(again)).map(({ depositId }) => depositId));
    expect(opened.size).toBe(1);
    expect(opened).not.toContain(first.depositId);
    expect((await rowsOf(ctx)).map((row) => row.state)).toEqual(["paid", "submitted"]);
  });

  test("after it was cancelled opens the next purchase", async () => {
    const { ctx } = await shop.customer();
    const first = await createVoucherDeposit(ctx, { amount: "500", attemptKey: "a" });
    await cancelVoucherDeposit(ctx, { sessionId: sessionIdOf(first.depositId) });
    const second = await createVoucherDeposit(ctx, { amount: "500", attemptKey: "a" });
    expect(second.depositId).not.toBe(first.depositId);
  });
});

describe("an amount that cannot be deposited", () => {
  test.each([
    ["", "empty"],
    ["abc", "not_a_number"],
    ["-500", "not_positive"],
    ["49.99", "too_small"],
    ["150000.01", "too_large"],
    ["500.005", "too_many_decimals"],
  ])("%j is refused as %s and opens nothing", async (amount, problem) => {
    const { ctx } = await shop.customer();
    const opening = createVoucherDeposit(ctx, { amount, attemptKey: "a" });
    await expect(opening).rejects.toBeInstanceOf(InvalidInputError);
    await expect(opening).rejects.toMatchObject({ fields: { amount: problem } });
    expect(await rowsOf(ctx)).toEqual([]);
  });
});
