import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { sweepRefunds } from "@/lib/recovery/sweep-refunds";
import { openPayoutShop, staffOf } from "@/test/payouts";
import {
  deliverRefund,
  expectRefund,
  expectRefundBooks,
  ordersOfRefund,
  paidByHand,
  readRefund,
  refund,
  sendOne,
} from "@/test/refunds";
import type { Shop } from "@/test/shop";
import { cancelRefund } from "./cancel-refund";
import { orderRefundAgain } from "./order-refund-again";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
afterAll(() => shop.close());

const NOTE = "nothing came";

/** The order arrived, its answer and its result are lost, and nobody can tell. */
async function unconfirmed() {
  const it = await paidByHand(shop);
  const { control } = shop.sandbox;
  const script = { drop: true };
  await control.scriptCallbacks({ kind: "reversal_result", receipt: it.receipt, script, times: 1 });
  await control.addFault({
    ...{ endpoint: "reversal", when: "after", times: 1, receipt: it.receipt },
    effect: { kind: "drop" },
  });
  const id = await refund(it);
  await sendOne(id);
  const { sentAt, createdAt } = await readRefund(id);
  const later = addMs(sentAt ?? createdAt, 15 * MINUTE_MS);
  await sweepRefunds({ now: () => later, limit: 500 });
  await expectRefund(id, "needs_review: unconfirmed");
  return { ...it, id };
}

test("of several people at once one orders it again, and M-Pesa hears one order more", async () => {
  const it = await unconfirmed();
  const people = await Promise.all([1, 2, 3].map(() => staffOf(it.user.merchantId)));
  const ordered = await Promise.all(
    people.map(({ ctx }) => orderRefundAgain(ctx, { refundId: it.id, note: NOTE })),
  );
  expect(ordered.filter(Boolean)).toHaveLength(1);
  const audits = await db().auditEntry.count({
    where: { subjectId: it.id, action: "refund.ordered_again" },
  });
  expect(audits).toBe(1);
  await shop.runJobs();
  await deliverRefund(shop, it.id);
  await expectRefund(it.id, "done");
  expect(await ordersOfRefund(it.id)).toBe(2);
  await expectRefundBooks(shop);
});

test("nothing is ordered again by an operator M-Pesa refuses, by a stranger, or without a word why", async () => {
  const it = await unconfirmed();
  const stranger = await staffOf((await paidByHand(shop)).user.merchantId);
  const order = (ctx = it.staff, note = NOTE) => orderRefundAgain(ctx, { refundId: it.id, note });
  await expect(order(it.ctx)).rejects.toMatchObject({ code: "forbidden" });
  await expect(order(stranger.ctx)).rejects.toMatchObject({ code: "not_found" });
  await expect(order(it.staff, " ")).rejects.toMatchObject({ fields: { note: "empty" } });
  const { accountId } = await readRefund(it.id);
  const where = { id: accountId ?? "" };
  await db().providerAccount.update({ where, data: { payoutsStopped: "8006" } });
  await expect(order()).rejects.toMatchObject({ code: "refund_operator_stopped" });
  await expectRefund(it.id, "needs_review: unconfirmed");
  expect(await ordersOfRefund(it.id)).toBe(1);
});

test("what waits, is under way, did not happen or is done is not ordered again", async () => {
  const it = await paidByHand(shop);
  const id = await refund(it);
  const order = (refundId: string) => orderRefundAgain(it.staff, { refundId, note: NOTE });
  expect(await order(id)).toBe(false);
  await sendOne(id);
  await expectRefund(id, "submitted");
  expect(await order(id)).toBe(false);
  // Nor is it taken back any more: M-Pesa has been asked.
  expect(await cancelRefund(it.staff, { refundId: id })).toBe(false);
  await expectRefund(id, "submitted");
  await deliverRefund(shop, id);
  await expectRefund(id, "done");
  expect(await order(id)).toBe(false);
  const other = await paidByHand(shop);
  const waiting = await refund(other);
  await cancelRefund(other.staff, { refundId: waiting });
  const note = NOTE;
  expect(await orderRefundAgain(other.staff, { refundId: waiting, note })).toBe(false);
  await expectRefund(waiting, "failed: cancelled");
  expect(await ordersOfRefund(waiting)).toBe(0);
});
