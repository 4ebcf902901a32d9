import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { holdRefund } from "@/lib/payments/refunds/hold-refund";
import { calmPayouts, moneyOf, openPayoutShop, workerOf } from "@/test/payouts";
import { readRefund, sentRefund, setRefundsAside, standingOfRefund } from "@/test/refunds";
import { bookLine, expectOneOf, press, strangerOf, twoPeople } from "@/test/review";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { NotFoundError } from "@/lib/errors";
import { getReviewCase } from "./get-review-case";
import { listQueue } from "./list-queue";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectInvariants();
  await setRefundsAside();
});
afterAll(() => shop.close());

/** A reversal that was ordered, and of which nobody could tell what became. */
async function refundInReview() {
  const sent = await sentRefund(shop);
  const { merchantId } = await readRefund(sent.id);
  await holdRefund(workerOf(merchantId), {
    refundId: sent.id,
    reason: "unconfirmed",
    nextCheckAt: null,
  });
  return { ...sent, merchantId, ...(await twoPeople(merchantId)) };
}

test("a refund nobody could tell of waits in the queue, and a person says that it was done", async () => {
  const { id, maker, user } = await refundInReview();
  const { rows } = await listQueue(maker);
  expect(rows).toMatchObject([{ subjectId: id, kind: "refund", situation: "refund_review" }]);
  expect((await getReviewCase(maker, { subjectId: id })).actions).toEqual([
    "refund_done",
    "refund_failed",
  ]);
  await press(maker, id, "refund_done", { receipt: "RFDONE0001" });
  expect(await readRefund(id)).toMatchObject({ state: "done", providerReceipt: "RFDONE0001" });
  expect(await moneyOf(user)).toEqual({ available: 0n, held: 0n });
  await expect(press(maker, id, "refund_failed")).rejects.toMatchObject({ code: "review_ended" });
});

test("50 people say done and not done at once: one ending", async () => {
  const { id, maker, checker } = await refundInReview();
  const presses = Array.from({ length: 50 }, (_, index) =>
    index % 2 ? press(maker, id, "refund_done") : press(checker, id, "refund_failed"),
  );
  await expectOneOf(presses, ["review_ended"]);
  expect(["done", "failed: given_up"]).toContain(await standingOfRefund(id));
});

test("another merchant's staff find no such refund", async () => {
  const { id } = await refundInReview();
  await expect(press(await strangerOf(), id, "refund_done")).rejects.toThrow(NotFoundError);
});

test("money of nobody is ordered back once, and can be given to no customer meanwhile", async () => {
  const { user } = await shop.customer();
  const { maker } = await twoPeople(user.merchantId);
  const { transactionId } = await bookLine(user.merchantId, { amountCents: 30_000n });
  await press(maker, transactionId, "give_back_money");
  for (const [action, params] of [
    ["give_back_money", {}],
    ["assign_customer", { customerId: user.id }],
  ] as const) {
    await expect(press(maker, transactionId, action, params)).rejects.toMatchObject({
      code: "review_ended",
    });
  }
});
