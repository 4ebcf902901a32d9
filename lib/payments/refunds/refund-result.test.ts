import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { sweepRefunds } from "@/lib/recovery/sweep-refunds";
import type { ForgeReversalResultInput } from "@/sandbox/control/reversal-control";
import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import { callbacksWorked } from "@/test/mpesa";
import { calmPayouts, moneyOf, openPayoutShop, staffOf } from "@/test/payouts";
import { postToShop, tellResult, tellStatus } from "@/test/refund-messages";
import {
  deliverRefund,
  depositAfter,
  expectRefund,
  expectRefundBooks,
  ordersOfRefund,
  outcomesOfRefund,
  paidByMpesa,
  readRefund,
  refund,
  reversalOf,
  reversalsOf,
  sendOne,
  sentRefund,
  setRefundsAside,
} from "@/test/refunds";
import { REVERSAL_ENDINGS } from "@/test/reversal-codes";
import type { Shop } from "@/test/shop";
import { getPayment } from "../get-payment";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { orderRefundAgain } from "./order-refund-again";

const LIMIT = 500;
const HELD = { available: 0n, held: 50_000n };
const GONE = { available: 0n, held: 0n };
const BACK = { available: 50_000n, held: 0n };

let shop: Shop;
/** Refunds about which M-Pesa was made to lie. */
const lied = new Set<string>();

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectRefundBooks(shop, lied);
  await setRefundsAside();
});
afterAll(() => shop.close());

type Sent = Awaited<ReturnType<typeof sentRefund>>;

async function sentUntold() {
  const it = await sentRefund(shop);
  return { ...it, reversal: await reversalOf(shop, it.id) };
}

type Told = Awaited<ReturnType<typeof sentUntold>>;

/** Sends a result to the right address, with changes. */
async function say(it: Told, changes: Partial<ForgeReversalResultInput> = {}): Promise<void> {
  if (Object.keys(changes).length > 0) lied.add(it.id);
  await tellResult(shop, it.reversal, changes);
}

function post(url: string, body: unknown): Promise<void> {
  return postToShop(shop, url, body);
}

/** Posts the answer to a look-up to the refund's own address, naming what the parameters name. */
async function sayStatus(it: Told, parameters: Readonly<Record<string, unknown>>): Promise<void> {
  lied.add(it.id);
  await tellStatus(shop, it.reversal, parameters);
}

function sweepAt(moment: Date): Promise<number> {
  return sweepRefunds({ now: () => moment, limit: LIMIT });
}

/** The order arrives, and its acknowledgement is lost. */
async function lostAnswer(options: { script?: CallbackScript } = {}): Promise<Sent> {
  const it = await paidByMpesa(shop);
  const { receipt } = it;
  if (options.script) {
    const { script } = options;
    await shop.sandbox.control.scriptCallbacks({ kind: "reversal_result", receipt, script });
  }
  await shop.sandbox.control.addFault({
    ...{ endpoint: "reversal", when: "after", times: 1, receipt },
    effect: { kind: "drop" },
  });
  const id = await refund(it);
  await sendOne(id);
  return { ...it, id, sentAt: (await readRefund(id)).sentAt ?? new Date() };
}

describe("a payment that goes back", () => {
  test("leaves the customer's money once, with its own receipt, and the deposit says so", async () => {
    const it = await sentUntold();
    expect(await moneyOf(it.user)).toEqual(HELD);
    await deliverRefund(shop, it.id);
    await expectRefund(it.id, "done");
    expect(await readRefund(it.id)).toMatchObject({ providerReceipt: it.reversal.receipt });
    expect(it.reversal.receipt).not.toBe(it.receipt);
    expect(await depositAfter(it.depositId)).toBe("reversed 50000");
    expect(await moneyOf(it.user)).toEqual(GONE);
    expect(await getPayment(it.ctx, { paymentId: it.depositId })).toMatchObject({
      status: "given_back",
      amount_given_back: "500.00",
    });
    const events = await db().liveEvent.findMany({
      where: { customerId: it.user.id, type: "deposit_refunded" },
    });
    expect(events.map(({ payload }) => payload)).toEqual([
      { deposit_id: it.depositId, refund_id: it.id, amount: "500.00" },
    ]);
    const audits = await db().auditEntry.findMany({ where: { subjectId: it.depositId } });
    expect(audits.map(({ action }) => action)).toContain("deposit.reversed");
  });

  test("told twenty times at once, and in twenty wordings, it is booked once", async () => {
    const it = await sentUntold();
    const { originatorConversationId } = it.reversal;
    const [record] = await shop.sandbox.control.callbacks({ originatorConversationId });
    await shop.sandbox.control.duplicateCallback(record?.id ?? "", { copies: 20, parallel: true });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        shop.sandbox.control.sendForgedReversalResult({
          url: it.reversal.resultUrl,
          ...{ originatorConversationId, originalReceipt: it.receipt },
          ...{ amountCents: 50_000n, receipt: it.reversal.receipt ?? "" },
          resultDesc: `Processed, ${index}.`,
        }),
      ),
    );
    await callbacksWorked(shop);
    await deliverRefund(shop, it.id);
    await expectRefund(it.id, "done");
    const ended = await outcomesOfRefund(it.id);
    expect(ended.filter((outcome) => outcome === "applied: given back")).toHaveLength(1);
    expect(await db().ledgerMovement.count({ where: { ref: it.id, kind: "refund_end" } })).toBe(1);
    expect(await moneyOf(it.user)).toEqual(GONE);
  });

  test("told before the order was answered, it is done, and the order's ids are kept", async () => {
    const it = await paidByMpesa(shop);
    await shop.sandbox.control.scriptCallbacks({
      ...{ kind: "reversal_result", receipt: it.receipt, times: 1 },
      script: { beforeAnswer: true },
    });
    const id = await refund(it);
    await sendOne(id);
    await callbacksWorked(shop);
    await expectRefund(id, "done");
    const { originatorConversationId, conversationId } = await reversalOf(shop, id);
    expect(await readRefund(id)).toMatchObject({ originatorConversationId, conversationId });
    expect(await ordersOfRefund(id)).toBe(1);
  });

  test("is understood with codes and amounts as text, in other wrappings, and without parameters", async () => {
    const shapes = [
      { codes: "string", amounts: "string", spacedKeys: true, extraFields: true },
      { parameters: "absent" },
      { parameters: "object", referenceItem: "array" },
    ] as const;
    for (const shape of shapes) {
      const paid = await paidByMpesa(shop);
      await shop.sandbox.control.scriptCallbacks({
        ...{ kind: "reversal_result", receipt: paid.receipt, times: 1 },
        script: { shape },
      });
      const id = await refund(paid);
      await sendOne(id);
      await deliverRefund(shop, id);
      await expectRefund(id, "done");
    }
  });
});

describe("each code means what we wrote down by hand", () => {
  test.each(REVERSAL_ENDINGS)("$code ($text): $standing", async (ending) => {
    const it = await sentUntold();
    await say(it, { resultCode: ending.code, resultDesc: ending.text });
    await expectRefund(it.id, ending.standing);
    const row = await readRefund(it.id);
    expect(row).toMatchObject({ resultCode: ending.code, resultText: ending.text });
    expect(row.account?.payoutsStopped ?? null).toBe(ending.stops ? ending.code : null);
    const isDue = row.nextCheckAt !== null && row.nextCheckAt.getTime() <= Date.now();
    expect(isDue).toBe(ending.asks);
    const failed = ending.standing.startsWith("failed");
    expect(await moneyOf(it.user)).toEqual(
      ending.standing === "done" ? GONE : failed ? BACK : HELD,
    );
    expect(await depositAfter(it.depositId)).toBe(
      ending.standing === "done" ? "reversed 50000" : `paid ${failed ? 0 : 50_000}`,
    );
  });

  test("after a refusal the same payment may be given back by a new refund", async () => {
    const it = await sentUntold();
    await say(it, { resultCode: "26", resultDesc: "busy" });
    await expectRefund(it.id, "failed: declined");
    const again = await refund(it);
    await sendOne(again);
    // M-Pesa had done it after all: the second order is told so, and nothing goes back twice.
    await deliverRefund(shop, again);
    await expectRefund(again, "done");
    expect((await readRefund(again)).resultCode).toBe("R000001");
    expect(await moneyOf(it.user)).toEqual(GONE);
  });

  test("the reasons M-Pesa itself comes to: an empty shortcode, no permission, spent money", async () => {
    const endings = [
      [{ resultCode: "1" }, "failed: float_empty"],
      [
        { resultCode: "1", resultDesc: "The receiver has already spent the funds." },
        "failed: spent",
      ],
    ] as const;
    for (const [endsWith, standing] of endings) {
      const paid = await paidByMpesa(shop);
      await shop.sandbox.control.scriptCallbacks({
        ...{ kind: "reversal_result", receipt: paid.receipt, times: 1 },
        script: { endsWith },
      });
      const id = await refund(paid);
      await sendOne(id);
      await deliverRefund(shop, id);
      await expectRefund(id, standing);
      expect(await moneyOf(paid.user)).toEqual(BACK);
    }
  });
});

describe("a result that does not fit changes no money", () => {
  test("another amount, another payment, or another's receipt: a person is told, and no refusal ends it", async () => {
    const other = await sentUntold();
    await deliverRefund(shop, other.id);
    const lies = [
      [{ amountCents: 49_900n }, "needs_review: amount_mismatch"],
      [{ originalReceipt: other.receipt }, "needs_review: receipt_mismatch"],
      [{ receipt: other.reversal.receipt ?? "" }, "needs_review: receipt_reused"],
      [{ receipt: other.receipt }, "needs_review: receipt_reused"],
    ] as const;
    for (const [lie, standing] of lies) {
      const it = await sentUntold();
      await say(it, lie);
      await expectRefund(it.id, standing);
      await say(it, { resultCode: "26", resultDesc: "busy" });
      await sayStatus(it, {
        OriginatorConversationID: it.reversal.originatorConversationId,
        TransactionStatus: "Declined",
      });
      await expectRefund(it.id, standing);
      expect(await moneyOf(it.user)).toEqual(HELD);
      // The whole truth, told later, ends it.
      await deliverRefund(shop, it.id);
      await expectRefund(it.id, "done");
    }
  });

  test("ids of another order, of another refund or of nobody: nothing moves, and M-Pesa is asked", async () => {
    const it = await sentUntold();
    const other = await sentUntold();
    const ids = [
      { originatorConversationId: other.reversal.originatorConversationId },
      { originatorConversationId: "nobody-knows-it", conversationId: "AG_20260101_0" },
    ];
    for (const named of ids) await say(it, named);
    await expectRefund(it.id, "submitted");
    expect(await outcomesOfRefund(it.id)).toEqual([
      "quarantined: names another order than this refund's",
      "quarantined: names another order than this refund's",
    ]);
    expect((await readRefund(it.id)).nextCheckAt?.getTime()).toBeLessThanOrEqual(Date.now());
    await deliverRefund(shop, it.id);
    await expectRefund(it.id, "done");
  });

  test("where the order's answer was lost, a result that names another refund's order is not believed", async () => {
    const it = await lostAnswer();
    const other = await sentUntold();
    const reversal = await reversalOf(shop, it.id);
    const { originatorConversationId } = other.reversal;
    await say({ ...it, reversal }, { originatorConversationId, resultCode: "26" });
    await expectRefund(it.id, "sending");
  });

  test("the wrong secret, a retired one, a refund that was not sent, and an id nobody has", async () => {
    const it = await sentUntold();
    const strange = it.reversal.resultUrl.replace(/daraja\/[^/]+/, `daraja/${crypto.randomUUID()}`);
    await say({ ...it, reversal: { ...it.reversal, resultUrl: strange } });
    const other = await sentUntold();
    const foreign = other.reversal.resultUrl.replace(other.id, it.id);
    await say({ ...it, reversal: { ...it.reversal, resultUrl: foreign } });
    await expectRefund(it.id, "submitted");
    expect((await outcomesOfRefund(it.id)).map((said) => said.split(":")[0])).toEqual([
      "quarantined",
      "quarantined",
    ]);
    const admin = await staffOf(it.user.merchantId, "admin");
    const accountId = (await readRefund(it.id)).accountId ?? "";
    await rotateCallbackSecret(admin.ctx, { accountId, atOnce: true });
    await say(it, { resultDesc: "told too late" });
    await expectRefund(it.id, "submitted");
    const waiting = await paidByMpesa(shop);
    const unsent = await refund(waiting);
    const address = it.reversal.resultUrl.replace(it.id, unsent);
    await post(address, { Result: { ResultCode: 0, ResultDesc: "x" } });
    await expectRefund(unsent, "requested");
    await post(it.reversal.resultUrl.replace(it.id, `rfd_${"0".repeat(32)}`), {
      Result: { ResultCode: 0, ResultDesc: "x" },
    });
    const [last] = await db().message.findMany({ orderBy: { receivedAt: "desc" }, take: 1 });
    expect(last?.outcome).toMatch(/unmatched|quarantined/);
  });

  test("the address everybody can know only makes us ask", async () => {
    const it = await sentUntold();
    const url = `${shop.appUrl}/v1/webhooks/mpesa/reversal/result`;
    const { originatorConversationId: OriginatorConversationID } = it.reversal;
    await post(url, { Result: { ResultCode: 0, ResultDesc: "ok", OriginatorConversationID } });
    await expectRefund(it.id, "submitted");
    expect((await readRefund(it.id)).nextCheckAt?.getTime()).toBeLessThanOrEqual(Date.now());
    await post(url, { Result: { ResultCode: 0, ResultDesc: "ok", OriginatorConversationID: "x" } });
    const messages = await db().message.findMany({ where: { kind: "reversal_alias" } });
    expect(messages.map(({ outcome }) => outcome).sort()).toEqual(["applied", "unmatched"]);
  });
});

describe("what contradicts what was said before is shown to a person, and the books stay", () => {
  test("given back, after the money was put back to the customer", async () => {
    const it = await sentUntold();
    await say(it, { resultCode: "26", resultDesc: "busy" });
    await expectRefund(it.id, "failed: declined");
    expect(await moneyOf(it.user)).toEqual(BACK);
    await deliverRefund(shop, it.id);
    await expectRefund(it.id, "needs_review: contradiction");
    expect(await moneyOf(it.user)).toEqual(BACK);
    expect(await depositAfter(it.depositId)).toBe("paid 0");
    await say(it, { resultDesc: "once more" });
    await say(it, { resultCode: "1" });
    await expectRefund(it.id, "needs_review: contradiction");
  });

  test("in another amount, after the money was put back", async () => {
    const it = await sentUntold();
    await say(it, { resultCode: "26", resultDesc: "busy" });
    await say(it, { amountCents: 49_900n });
    await expectRefund(it.id, "needs_review: contradiction");
    expect(await moneyOf(it.user)).toEqual(BACK);
  });

  test("refused, after it was done", async () => {
    const it = await sentUntold();
    await deliverRefund(shop, it.id);
    await say(it, { resultCode: "1" });
    await expectRefund(it.id, "done");
    expect(await moneyOf(it.user)).toEqual(GONE);
    expect((await outcomesOfRefund(it.id)).at(-1)).toBe("refused: says 1, and the refund is done");
    expect((await readRefund(it.id)).resultCode).toBe("0");
  });

  test("done and refused at the same moment: one of the two, whole", async () => {
    const it = await sentUntold();
    await Promise.all([
      deliverRefund(shop, it.id),
      say(it, { resultCode: "26", resultDesc: "busy" }),
    ]);
    const { state } = await readRefund(it.id);
    expect(["done", "needs_review"]).toContain(state);
    expect([GONE, BACK]).toContainEqual(await moneyOf(it.user));
  });
});

describe("when the answer is lost", () => {
  test("the result ends it all the same", async () => {
    const it = await lostAnswer();
    await expectRefund(it.id, "sending");
    await deliverRefund(shop, it.id);
    await expectRefund(it.id, "done");
    expect(await ordersOfRefund(it.id)).toBe(1);
    // By its ids M-Pesa can be asked about it from now on.
    const { originatorConversationId, conversationId } = await reversalOf(shop, it.id);
    expect(await readRefund(it.id)).toMatchObject({ originatorConversationId, conversationId });
  });

  test("with the result lost too nobody can be asked: a person is told, and orders it again in safety", async () => {
    const it = await lostAnswer({ script: { drop: true } });
    await sweepAt(addMs(it.sentAt, 10 * MINUTE_MS));
    await expectRefund(it.id, "sending");
    await sweepAt(addMs(it.sentAt, 15 * MINUTE_MS));
    await expectRefund(it.id, "needs_review: unconfirmed");
    expect(await moneyOf(it.user)).toEqual(HELD);
    await sweepAt(addMs(it.sentAt, 3 * DAY_MS));
    await expectRefund(it.id, "needs_review: unconfirmed");
    await shop.sandbox.control.clearCallbackScripts();
    expect(await orderRefundAgain(it.staff, { refundId: it.id, note: "nothing came" })).toBe(true);
    expect(await orderRefundAgain(it.staff, { refundId: it.id, note: "twice" })).toBe(false);
    await sendOne(it.id);
    await deliverRefund(shop, it.id);
    // M-Pesa reverses a payment once: the second order is told that it is done.
    await expectRefund(it.id, "done");
    expect(await readRefund(it.id)).toMatchObject({ resultCode: "R000001", providerReceipt: null });
    expect(await ordersOfRefund(it.id)).toBe(2);
    const states = (await reversalsOf(shop, it.id)).map(({ state }) => state);
    expect(states).toEqual(["completed", "failed"]);
    expect(await moneyOf(it.user)).toEqual(GONE);
  });

  test("ordered again, a refusal puts nothing back, for it may be about either order", async () => {
    const it = await lostAnswer({ script: { drop: true } });
    await sweepAt(addMs(it.sentAt, 15 * MINUTE_MS));
    await orderRefundAgain(it.staff, { refundId: it.id, note: "nothing came" });
    await sendOne(it.id);
    const [, second] = await reversalsOf(shop, it.id);
    if (!second) throw new Error("it was ordered again");
    await say({ ...it, reversal: second }, { resultCode: "1" });
    expect(await moneyOf(it.user)).toEqual(HELD);
    await sweepAt(addMs(new Date(), HOUR_MS));
    await expectRefund(it.id, "needs_review: ordered_again");
    await say({ ...it, reversal: second }, { resultCode: "26" });
    await expectRefund(it.id, "needs_review: ordered_again");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("ordered again and not to be sent, it waits for a person and puts nothing back", async () => {
    const it = await lostAnswer({ script: { drop: true } });
    await sweepAt(addMs(it.sentAt, 15 * MINUTE_MS));
    await orderRefundAgain(it.staff, { refundId: it.id, note: "nothing came" });
    await sweepAt(addMs(new Date(), 20 * MINUTE_MS));
    await expectRefund(it.id, "needs_review: ordered_again");
    expect(await moneyOf(it.user)).toEqual(HELD);
    expect(await ordersOfRefund(it.id)).toBe(1);
  });
});

describe("a look-up", () => {
  test("of the order's id ends it when no result came", async () => {
    const it = await sentUntold();
    await sweepAt(addMs(it.sentAt, 20 * SECOND_MS));
    await shop.sandbox.control.settle({ kind: "status_result" });
    await callbacksWorked(shop);
    await expectRefund(it.id, "done");
    expect(await readRefund(it.id)).toMatchObject({ providerReceipt: it.reversal.receipt });
    // The result comes after all, and changes nothing.
    await deliverRefund(shop, it.id);
    expect(await moneyOf(it.user)).toEqual(GONE);
  });

  test("is about the way back: what it says of the payment, of no order or of another's proves nothing", async () => {
    const it = await sentUntold();
    const other = await sentUntold();
    const named = { OriginatorConversationID: it.reversal.originatorConversationId };
    const completed = { TransactionStatus: "Completed", Amount: 500 };
    await sayStatus(it, { ...named, ...completed, ReceiptNo: it.receipt });
    await sayStatus(it, { ...completed, ReceiptNo: it.reversal.receipt });
    await sayStatus(it, {
      ...{ OriginatorConversationID: other.reversal.originatorConversationId },
      ...completed,
    });
    await expectRefund(it.id, "submitted");
    await sayStatus(it, { ...named, TransactionStatus: "Expired" });
    await expectRefund(it.id, "failed: declined");
    expect(await moneyOf(it.user)).toEqual(BACK);
  });

  test("waits ten seconds after the one before, ends after two days, and then a person decides", async () => {
    const it = await sentUntold();
    const asks = () =>
      db().providerCall.count({ where: { subjectId: it.id, operation: "tx_status" } });
    await sweepAt(addMs(it.sentAt, 20 * SECOND_MS));
    await db().refund.update({ where: { id: it.id }, data: { nextCheckAt: it.sentAt } });
    await sweepAt(addMs(it.sentAt, 25 * SECOND_MS));
    expect(await asks()).toBe(1);
    await sweepAt(addMs(it.sentAt, 15 * MINUTE_MS));
    await expectRefund(it.id, "needs_review: unconfirmed");
    expect(await asks()).toBe(2);
    await sweepAt(addMs(it.sentAt, 49 * HOUR_MS));
    expect((await readRefund(it.id)).nextCheckAt).toBeNull();
    expect(await asks()).toBe(2);
    await deliverRefund(shop, it.id);
    await expectRefund(it.id, "done");
  });

  test("M-Pesa's word that an order waited too long changes no money; the result that follows ends it", async () => {
    const it = await sentUntold();
    const { originatorConversationId: OriginatorConversationID } = it.reversal;
    await post(it.reversal.timeoutUrl, { OriginatorConversationID });
    await post(it.reversal.timeoutUrl, {});
    await post(it.reversal.timeoutUrl, { OriginatorConversationID: "another" });
    await expectRefund(it.id, "submitted");
    expect((await readRefund(it.id)).timedOutAt).not.toBeNull();
    expect(await moneyOf(it.user)).toEqual(HELD);
    await deliverRefund(shop, it.id);
    await expectRefund(it.id, "done");
  });
});
