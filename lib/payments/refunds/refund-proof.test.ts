import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import { recordTransaction } from "@/lib/recovery/transactions/record-transaction";
import { sweepRefunds } from "@/lib/recovery/sweep-refunds";
import { calmPayouts, moneyOf, openPayoutShop, workerOf } from "@/test/payouts";
import { postToShop, tellResult, tellStatus } from "@/test/refund-messages";
import {
  deliverRefund,
  expectRefund,
  outcomesOfRefund,
  paidByHand,
  readRefund,
  refund,
  reversalOf,
  sendOne,
  setRefundsAside,
} from "@/test/refunds";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { reversalAddresses } from "./reversal-addresses";

const LIMIT = 500;
const HELD = { available: 0n, held: 50_000n };
const GONE = { available: 0n, held: 0n };

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

/** A payment on its way back, of which nobody has told yet how it ended. */
async function sent() {
  const paid = await paidByHand(shop);
  const id = await refund(paid);
  await sendOne(id);
  const { sentAt, createdAt } = await readRefund(id);
  return { ...paid, id, sentAt: sentAt ?? createdAt, reversal: await reversalOf(shop, id) };
}

type Sent = Awaited<ReturnType<typeof sent>>;

function lookUps({ id }: Sent): Promise<number> {
  return db().providerCall.count({ where: { subjectId: id, operation: "tx_status" } });
}

function sweepAt(moment: Date): Promise<number> {
  return sweepRefunds({ now: () => moment, limit: LIMIT });
}

describe("nothing follows from", () => {
  const named = ({ reversal }: Sent) => ({
    OriginatorConversationID: reversal.originatorConversationId,
  });

  test.each([
    { what: "an order M-Pesa does not know", code: "2032", text: "The transaction does not exist" },
    { what: "a code nobody knows", code: "999999", text: "Something" },
    { what: "a look-up that is refused", code: "21", text: "Not allowed" },
    { what: "an order M-Pesa has not finished", parameters: { TransactionStatus: "Pending" } },
    { what: "a state nobody knows", parameters: { TransactionStatus: "Sideways", Amount: 500 } },
    { what: "an answer without a state", parameters: { Amount: 500 } },
  ])("$what: the money stays held", async ({ code, text, parameters }) => {
    const it = await sent();
    await db().refund.update({ where: { id: it.id }, data: { statusAsks: 3 } });
    await tellStatus(shop, it.reversal, { ...named(it), ...parameters }, { code, text });
    await expectRefund(it.id, "submitted");
    expect(await moneyOf(it.user)).toEqual(HELD);
    // Answered is not silent: the count of questions without an answer starts anew.
    expect(await readRefund(it.id)).toMatchObject({ statusCode: code ?? "0", statusAsks: 0 });
  });

  test("a time-out of another order, which is not even noted", async () => {
    const it = await sent();
    await postToShop(shop, it.reversal.timeoutUrl, { OriginatorConversationID: "another" });
    expect(await readRefund(it.id)).toMatchObject({ state: "submitted", timedOutAt: null });
    expect(await outcomesOfRefund(it.id)).toEqual([
      "quarantined: names another order than this refund's",
    ]);
  });

  test("a result about a refund that was not sent, though it came to its very address", async () => {
    const it = await paidByHand(shop);
    const id = await refund(it);
    const { account } = await readRefund(id);
    if (!account) throw new Error("a reversal is of a shortcode's payment");
    const { resultUrl } = reversalAddresses(account, "reversal", id);
    await postToShop(shop, resultUrl, { Result: { ResultCode: 0, ResultDesc: "done" } });
    expect(await outcomesOfRefund(id)).toEqual(["quarantined: about a refund that was not sent"]);
    expect(await readRefund(id)).toMatchObject({ state: "requested", resultCode: null });
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("a refusal, once a result has said done and nobody could work it to its end", async () => {
    const it = await sent();
    await db().refund.update({ where: { id: it.id }, data: { resultCode: "0" } });
    await tellResult(shop, it.reversal, { resultCode: "26", resultDesc: "busy" });
    await expectRefund(it.id, "submitted");
    await tellStatus(shop, it.reversal, { ...named(it), TransactionStatus: "Declined" });
    await expectRefund(it.id, "submitted");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });
});

describe("a look-up", () => {
  test("that tells another amount is for a person, and no refusal puts the money back after it", async () => {
    const it = await sent();
    const { originatorConversationId: OriginatorConversationID } = it.reversal;
    const said = { OriginatorConversationID, TransactionStatus: "Completed", Amount: 499 };
    await tellStatus(shop, it.reversal, said);
    await expectRefund(it.id, "needs_review: amount_mismatch");
    await tellResult(shop, it.reversal, { resultCode: "26", resultDesc: "busy" });
    await tellStatus(shop, it.reversal, { ...said, TransactionStatus: "Declined" });
    await expectRefund(it.id, "needs_review: amount_mismatch");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("that M-Pesa refuses because of its operator stops the operator, and none follows", async () => {
    const it = await sent();
    await tellStatus(shop, it.reversal, {}, { code: "8006", text: "The operator is locked" });
    expect((await readRefund(it.id)).account?.payoutsStopped).toBe("8006");
    await sweepAt(addMs(it.sentAt, 20 * SECOND_MS));
    expect(await lookUps(it)).toBe(0);
    // It is tried again once somebody has looked at the operator.
    expect((await readRefund(it.id)).nextCheckAt).not.toBeNull();
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("is none of M-Pesa's business once only a person ends it", async () => {
    const it = await sent();
    await tellResult(shop, it.reversal, { amountCents: 49_900n });
    await expectRefund(it.id, "needs_review: amount_mismatch");
    await db().refund.update({ where: { id: it.id }, data: { nextCheckAt: it.sentAt } });
    await sweepAt(addMs(it.sentAt, 20 * SECOND_MS));
    expect(await lookUps(it)).toBe(0);
    expect((await readRefund(it.id)).nextCheckAt).toBeNull();
  });
});

describe("what says less than the whole", () => {
  test("does not overrule an answer that did not fit; amount and receipt together do", async () => {
    const it = await sent();
    await tellResult(shop, it.reversal, { amountCents: 49_900n });
    await tellResult(shop, it.reversal, { resultCode: "R000001", resultDesc: "reversed before" });
    const { originatorConversationId: OriginatorConversationID, receipt } = it.reversal;
    const completed = { OriginatorConversationID, TransactionStatus: "Completed" };
    await tellStatus(shop, it.reversal, { ...completed, Amount: 500 });
    await tellStatus(shop, it.reversal, { ...completed, ReceiptNo: "UKL0000077" });
    await expectRefund(it.id, "needs_review: amount_mismatch");
    expect(await moneyOf(it.user)).toEqual(HELD);
    await tellStatus(shop, it.reversal, { ...completed, Amount: 500, ReceiptNo: receipt });
    await expectRefund(it.id, "done");
    expect(await moneyOf(it.user)).toEqual(GONE);
  });
});

describe("the receipt of the way back", () => {
  test("is taken when it comes later than the proof, once, and is nobody else's any more", async () => {
    const it = await sent();
    await tellResult(shop, it.reversal, { resultCode: "R000001", resultDesc: "reversed before" });
    await expectRefund(it.id, "done");
    expect((await readRefund(it.id)).providerReceipt).toBeNull();
    await deliverRefund(shop, it.id);
    const { receipt } = await reversalOf(shop, it.id);
    expect((await readRefund(it.id)).providerReceipt).toBe(receipt);
    const actions = await db().auditEntry.findMany({ where: { subjectId: it.id } });
    expect(actions.map(({ action }) => action)).toContain("refund.receipt_attached");
    const other = await sent();
    await tellResult(shop, other.reversal, { receipt: receipt ?? "" });
    await expectRefund(other.id, "needs_review: receipt_reused");
  });

  test("of what went back after it was put back proves nothing else either", async () => {
    const it = await sent();
    await tellResult(shop, it.reversal, { resultCode: "26", resultDesc: "busy" });
    await expectRefund(it.id, "failed: declined");
    await tellResult(shop, it.reversal, { receipt: "UKL0000088" });
    await expectRefund(it.id, "needs_review: contradiction");
    const other = await sent();
    await tellResult(shop, other.reversal, { receipt: "UKL0000088" });
    await expectRefund(other.id, "needs_review: receipt_reused");
  });

  test("is looked for in M-Pesa's own books: the line that told of it first is its own now", async () => {
    const it = await sent();
    const { account } = await readRefund(it.id);
    const { transactionId } = await recordTransaction(workerOf(it.user.merchantId), {
      ...{ accountId: account?.id ?? "", kind: "reversal", receipt: it.reversal.receipt ?? "" },
      ...{ amountCents: -50_000n, occurredAt: new Date(), reference: null, details: "Reversal" },
      ...{ payer: null, originalReceipt: null, source: "statement" },
    });
    const standing = async () => {
      const where = { id: transactionId };
      const row = await db().providerTransaction.findUniqueOrThrow({ where });
      return `${row.standing} ${row.paymentId}`;
    };
    await db().providerTransaction.update({
      where: { id: transactionId },
      data: { standing: "unmatched", cause: "unknown_reversal" },
    });
    await deliverRefund(shop, it.id);
    await expectRefund(it.id, "done");
    expect(await standing()).toBe(`matched ${it.id}`);
  });
});

test("a result tells what the shortcode has left, and that is kept", async () => {
  const it = await sent();
  await db().providerFloat.deleteMany({ where: { merchantId: it.user.merchantId } });
  await deliverRefund(shop, it.id);
  const floats = await db().providerFloat.findMany({ where: { merchantId: it.user.merchantId } });
  expect(floats.map(({ name }) => name)).toEqual(["mpesa:174379"]);
});
