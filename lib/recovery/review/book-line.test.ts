import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { db } from "@/lib/db";
import { FEES, IN_TRANSIT, providerAccount, type AccountRef } from "@/lib/ledger/accounts";
import { readAccountBalance } from "@/lib/ledger/read-balance";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { calmPayouts, openPayoutShop } from "@/test/payouts";
import { paidByMpesa } from "@/test/refunds";
import { auditOf, bookLine, expectOneOf, press, strangerOf, twoPeople } from "@/test/review";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { approveDecision } from "./approve-decision";
import { getReviewCase } from "./get-review-case";
import { listQueue } from "./list-queue";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(() => expectInvariants());
afterAll(() => shop.close());

/** KSh 300 that somebody paid out of the shortcode by hand. */
async function paidOutByHand() {
  const { user } = await shop.customer();
  const { merchantId } = user;
  const line = { amountCents: -30_000n, kind: "payout" } as const;
  const { transactionId } = await bookLine(merchantId, line);
  return { merchantId, transactionId, ...(await twoPeople(merchantId)) };
}

/** What is on the accounts, in cents: at M-Pesa, in transit, and of the merchant's own. */
async function accountsOf(merchantId: string) {
  const { shortcode } = await db().providerAccount.findFirstOrThrow({
    where: { merchantId, isDefault: true },
  });
  const of = (account: AccountRef) => readAccountBalance(db(), { merchantId, ...account });
  return {
    mpesa: await of(providerAccount(`mpesa:${shortcode}`)),
    transit: await of(IN_TRANSIT),
    fees: await of(FEES),
  };
}

const readLine = (id: string) => db().providerTransaction.findUniqueOrThrow({ where: { id } });
const actionsOf = async (maker: Ctx, subjectId: string) =>
  (await getReviewCase(maker, { subjectId })).actions;

test.each([
  ["book_own", { mpesa: 30_000n, transit: -30_000n, fees: 0n }, "provider_transfer"],
  ["book_cost", { mpesa: 30_000n, transit: 0n, fees: -30_000n }, "provider_charge"],
] as const)(
  "money that was paid out by hand is booked by %s, and leaves the queue",
  async (action, accounts, kind) => {
    const { maker, merchantId, transactionId } = await paidOutByHand();
    expect(await actionsOf(maker, transactionId)).toEqual([
      ...["attach_payment", "book_own", "book_cost", "leave"],
    ]);
    await press(maker, transactionId, action);
    expect(await accountsOf(merchantId)).toEqual(accounts);
    expect(await readLine(transactionId)).toMatchObject({ standing: "booked", cause: null });
    expect((await auditOf(transactionId)).at(-1)).toBe(`transaction.${kind}`);
    expect((await listQueue(maker)).rows).toEqual([]);
    for (const again of ["book_own", "book_cost", "leave"])
      await expect(press(maker, transactionId, again)).rejects.toMatchObject({
        code: "review_ended",
      });
  },
);

test("a line of a kind nobody knows can be booked, whichever way it went", async () => {
  const { user } = await shop.customer();
  const { merchantId } = user;
  const { maker } = await twoPeople(merchantId);
  for (const [amountCents, action] of [
    [500n, "book_own"],
    [-200n, "book_cost"],
  ] as const) {
    const { transactionId } = await bookLine(merchantId, { amountCents, kind: "other" });
    expect(await actionsOf(maker, transactionId)).toEqual(["book_own", "book_cost", "leave"]);
    await press(maker, transactionId, action);
  }
  expect(await accountsOf(merchantId)).toEqual({ mpesa: -300n, transit: 500n, fees: -200n });
});

test("what M-Pesa shows beyond, or short of, what we booked is the merchant's, once", async () => {
  const it = await paidByMpesa(shop);
  const { merchantId } = it.user;
  const { maker } = await twoPeople(merchantId);
  const short = { amountCents: 45_000n, receipt: it.receipt };
  const { transactionId } = await bookLine(merchantId, short);
  expect(await actionsOf(maker, transactionId)).toEqual(["book_difference", "leave"]);
  await press(maker, transactionId, "book_difference");
  expect(await accountsOf(merchantId)).toEqual({ mpesa: -45_000n, transit: 0n, fees: -5_000n });
  expect(await shop.availableCents(it.user)).toBe(50_000n);
  expect(await readLine(transactionId)).toMatchObject({
    ...{ standing: "matched", paymentId: it.depositId, cause: null },
  });
  // A second line under the same receipt is more than a difference.
  const second = await bookLine(merchantId, { amountCents: 60_000n, receipt: it.receipt });
  expect(await actionsOf(maker, second.transactionId)).toEqual(["book_own", "book_cost", "leave"]);
  await expect(press(maker, second.transactionId, "book_difference")).rejects.toMatchObject({
    code: "payment_does_not_fit",
  });
});

test("50 people at once book it once", async () => {
  const { maker, checker, merchantId, transactionId } = await paidOutByHand();
  const presses = Array.from({ length: 50 }, (_, index) =>
    index % 2
      ? press(maker, transactionId, "book_own")
      : press(checker, transactionId, "book_cost"),
  );
  await expectOneOf(presses, ["review_ended"]);
  expect((await accountsOf(merchantId)).mpesa).toBe(30_000n);
});

test("above the limit another person agrees, and slices below it are counted together", async () => {
  const { maker, checker, merchantId, transactionId } = await paidOutByHand();
  await setWithdrawalRules(merchantId, { reviewAboveCents: 50_000n });
  expect((await press(maker, transactionId, "book_own")).kind).toBe("done");
  const line = { amountCents: -29_000n, kind: "payout" } as const;
  const slice = await bookLine(merchantId, line);
  const { kind, decisionId } = await press(maker, slice.transactionId, "book_own");
  expect(kind).toBe("waiting");
  expect((await accountsOf(merchantId)).mpesa).toBe(30_000n);
  await expect(approveDecision(maker, { decisionId })).rejects.toMatchObject({
    code: "own_decision",
  });
  expect(await approveDecision(checker, { decisionId })).toBe("carried_out");
  expect((await accountsOf(merchantId)).mpesa).toBe(59_000n);
});

test("money in suspense is booked as nothing else, and no other merchant's staff find a line", async () => {
  const { merchantId, maker, transactionId } = await paidOutByHand();
  const suspense = await bookLine(merchantId, { amountCents: 30_000n });
  for (const action of ["book_own", "book_cost", "book_difference"])
    await expect(press(maker, suspense.transactionId, action)).rejects.toMatchObject({
      code: "review_ended",
    });
  await expect(press(await strangerOf(), transactionId, "book_own")).rejects.toThrow(NotFoundError);
});
