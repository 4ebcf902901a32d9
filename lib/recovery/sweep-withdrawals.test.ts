import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { SandboxControl } from "@/sandbox/control/client";
import { checkWithdrawal } from "@/lib/payments/withdrawals/check-withdrawal";
import { callbacksWorked } from "@/test/mpesa";
import {
  asksAbout,
  at,
  calmPayouts,
  deliver,
  expectPayoutBooks,
  expectStanding,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  ordersFor,
  outcomesOf,
  readWithdrawal,
  send,
  sentWithdrawal,
  setPayoutsAside,
  withdraw,
  workerOf,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { checkPaymentNow } from "./check-payment-now";
import { sweepWithdrawals } from "./sweep-withdrawals";

const LIMIT = 500;

let shop: Shop;
/** Withdrawals about which M-Pesa was made to lie. */
const lied = new Set<string>();

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectPayoutBooks(shop, lied);
  await setPayoutsAside();
});
afterAll(() => shop.close());

function sweepAt(moment: Date, limit = LIMIT): Promise<number> {
  return sweepWithdrawals({ now: () => moment, limit });
}

async function dueAtOf(id: string): Promise<Date> {
  const { nextCheckAt } = await readWithdrawal(id);
  if (!nextCheckAt) throw new Error(`${id} is not due any more`);
  return nextCheckAt;
}

/** Delivers M-Pesa's answers to our questions, and none of its results. */
async function answerQuestions(): Promise<void> {
  await shop.sandbox.control.settle({ kind: "status_result" });
  await shop.sandbox.control.settle({ kind: "status_timeout" });
  await callbacksWorked(shop);
}

const TAKEN = { available: 50_000n, held: 0n };
const HELD = { available: 50_000n, held: 50_000n };
const BACK = { available: 100_000n, held: 0n };

describe("when M-Pesa is asked about a payout it says nothing of", () => {
  test("after 20, 45, 90, 180, 360 and 900 seconds, then every hour, never earlier, and not after 48 hours", async () => {
    const { user, ctx } = await fundedCustomer(shop);
    const id = await withdraw(ctx);
    const sentAt = new Date();
    await send(id, sentAt);
    await shop.sandbox.control.scriptStatus({ script: { answer: "silent" } });
    for (const [done, seconds] of [20, 45, 90, 180, 360, 900].entries()) {
      const dueAt = await dueAtOf(id);
      expect(dueAt.getTime() - sentAt.getTime()).toBe(seconds * SECOND_MS);
      expect(await sweepAt(addMs(dueAt, -1))).toBe(0);
      expect(await asksAbout(id)).toBe(done);
      expect(await sweepAt(dueAt)).toBe(1);
      expect(await asksAbout(id)).toBe(done + 1);
      await expectStanding(id, seconds < 900 ? "submitted" : "needs_review: unconfirmed");
    }
    let last = addMs(sentAt, 900 * SECOND_MS);
    let hourly = 0;
    for (;;) {
      const { nextCheckAt } = await readWithdrawal(id);
      if (nextCheckAt === null) break;
      const waitMs = nextCheckAt.getTime() - last.getTime();
      expect(waitMs).toBeGreaterThanOrEqual(0.9 * HOUR_MS);
      expect(waitMs).toBeLessThanOrEqual(1.1 * HOUR_MS + 1);
      await sweepAt(nextCheckAt);
      last = nextCheckAt;
      hourly += 1;
    }
    expect(last.getTime()).toBeGreaterThanOrEqual(addMs(sentAt, 2 * DAY_MS).getTime());
    expect(hourly).toBeGreaterThan(40);
    expect(hourly).toBeLessThan(56);
    const asked = await asksAbout(id);
    expect(await sweepAt(addMs(last, 10 * DAY_MS))).toBe(0);
    expect(await asksAbout(id)).toBe(asked);
    await expectStanding(id, "needs_review: unconfirmed");
    expect(await moneyOf(user)).toEqual(HELD);
    // The result of the third day still counts.
    await deliver(shop, id);
    await expectStanding(id, "paid");
  });

  test("a shop that was shut for a day asks once, and not for every time it missed", async () => {
    const { id, sentAt } = await sentWithdrawal(shop);
    const nextDay = addMs(sentAt, DAY_MS);
    await sweepAt(nextDay);
    await sweepAt(addMs(nextDay, SECOND_MS));
    expect(await asksAbout(id)).toBe(1);
    await answerQuestions();
    await expectStanding(id, "paid");
  });

  test("five workers at once ask about each payout once", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 8; count += 1) ids.push((await sentWithdrawal(shop)).id);
    const now = addMs(new Date(), 25 * SECOND_MS);
    const taken = await Promise.all(Array.from({ length: 5 }, () => sweepAt(now)));
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(8);
    for (const id of ids) expect(await asksAbout(id)).toBe(1);
  });

  test("a worker that took one and died leaves it to the next, two minutes later", async () => {
    const { id, sentAt } = await sentWithdrawal(shop);
    const dueAt = addMs(sentAt, 20 * SECOND_MS);
    await db().withdrawal.update({
      where: { id },
      data: { nextCheckAt: addMs(dueAt, 2 * MINUTE_MS) },
    });
    expect(await sweepAt(addMs(dueAt, 2 * MINUTE_MS - 1))).toBe(0);
    expect(await sweepAt(addMs(dueAt, 2 * MINUTE_MS))).toBe(1);
    expect(await asksAbout(id)).toBe(1);
  });

  test("fresh ones come before those of yesterday, and one that cannot be worked stops no other", async () => {
    const old = await sentWithdrawal(shop);
    await db().withdrawal.update({
      where: { id: old.id },
      data: { createdAt: addMs(new Date(), -DAY_MS), nextCheckAt: new Date(0) },
    });
    const broken = await sentWithdrawal(shop);
    const fresh = await sentWithdrawal(shop);
    await db().providerAccount.updateMany({
      where: { merchantId: broken.user.merchantId },
      data: { secretsCipher: Buffer.from("nonsense") },
    });
    const now = addMs(fresh.sentAt, 30 * SECOND_MS);
    expect(await sweepAt(now, 2)).toBe(2);
    expect(await asksAbout(old.id)).toBe(0);
    expect(await asksAbout(broken.id)).toBe(0);
    expect(await asksAbout(fresh.id)).toBe(1);
    expect(await sweepAt(now)).toBe(1);
  });

  test("nobody is asked while the breaker is shut, and the question is put off, not dropped", async () => {
    const { id, sentAt } = await sentWithdrawal(shop);
    await shop.sandbox.control.addFault({
      endpoint: "tx_status",
      effect: { kind: "html" },
      times: 1,
    });
    await sweepAt(addMs(sentAt, 20 * SECOND_MS));
    const shutUntil = addMs(sentAt, 2 * MINUTE_MS);
    await db().providerGate.updateMany({
      where: { name: { contains: "tx_status" } },
      data: { openUntil: shutUntil },
    });
    await sweepAt(addMs(sentAt, 45 * SECOND_MS));
    expect(await asksAbout(id)).toBe(1);
    const dueAt = await dueAtOf(id);
    expect(dueAt.getTime()).toBeGreaterThanOrEqual(shutUntil.getTime());
    await sweepAt(dueAt);
    expect(await asksAbout(id)).toBe(2);
    await answerQuestions();
    await expectStanding(id, "paid");
  });
});

describe("a question to M-Pesa is worth its time", () => {
  test("look-ups of one payout are ten seconds apart, whoever asks, and none is dropped", async () => {
    const it = await sentWithdrawal(shop);
    for (let times = 0; times < 3; times += 1) {
      await checkPaymentNow(it.ctx, { paymentId: it.id });
      await shop.runJobs();
      await shop.sandbox.control.forgeCallback({
        url: `${shop.appUrl}/v1/webhooks/mpesa/transactionstatus/result`,
        body: JSON.stringify({ Result: { OriginatorConversationID: it.reference, times } }),
      });
      await callbacksWorked(shop);
      await sweepAt(new Date());
    }
    expect(await asksAbout(it.id)).toBe(1);
    const { statusAskedAt } = await readWithdrawal(it.id);
    const check = (afterMs: number) => {
      const now = addMs(statusAskedAt ?? it.sentAt, afterMs);
      return checkWithdrawal(
        workerOf(it.user.merchantId, () => now),
        { withdrawalId: it.id },
      );
    };
    await check(10 * SECOND_MS - 1);
    expect(await asksAbout(it.id)).toBe(1);
    const dueAt = await dueAtOf(it.id);
    expect(dueAt.getTime()).toBeLessThanOrEqual(addMs(it.sentAt, MINUTE_MS).getTime());
    await Promise.all(Array.from({ length: 5 }, () => check(10 * SECOND_MS)));
    expect(await asksAbout(it.id)).toBe(2);
  });

  test.each(["mpesa", "pesavoucher"] as const)(
    "%s: a withdrawal sent by a clock that was a month ahead is looked after today",
    async (method) => {
      const { user, ctx } = await fundedCustomer(shop);
      const ahead = addMs(new Date(), 30 * DAY_MS);
      const id = await withdraw(at(ctx, ahead), { method });
      const endpoint = method === "mpesa" ? "b2c" : "create_voucher";
      const effect = { kind: "drop" } as const;
      await shop.sandbox.control.addFault({ endpoint, effect, when: "after", times: 1 });
      await send(id, ahead);
      await expectStanding(id, "sending");
      const now = new Date();
      expect(await sweepAt(now)).toBe(1);
      expect(await asksAbout(id)).toBe(method === "mpesa" ? 1 : 0);
      // It does not come up at once again and again either.
      expect(await sweepAt(addMs(now, 1))).toBe(method === "mpesa" ? 0 : 1);
      await answerQuestions();
      if (method === "pesavoucher") await deliver(shop, id);
      await expectStanding(id, "paid");
      expect(await moneyOf(user)).toEqual(TAKEN);
    },
  );
});

type Answer = NonNullable<Parameters<SandboxControl["scriptStatus"]>[0]["script"]["answer"]>;

describe("what M-Pesa answers", () => {
  async function askedAbout(answer: Answer, to?: string) {
    const it = await sentWithdrawal(shop, { to });
    await shop.sandbox.control.scriptStatus({
      originatorConversationId: it.reference,
      script: { answer },
    });
    await sweepAt(addMs(it.sentAt, 20 * SECOND_MS));
    await answerQuestions();
    return it;
  }

  test("completed: paid, with its receipt, and M-Pesa's late result adds nothing", async () => {
    const { id, user, reference } = await askedAbout("truth");
    await expectStanding(id, "paid");
    const [payout] = await shop.sandbox.control.payouts({ originatorConversationId: reference });
    expect(await readWithdrawal(id)).toMatchObject({
      providerReceipt: payout?.receipt,
      statusCode: "0",
      nextCheckAt: null,
    });
    await deliver(shop, id);
    expect(await moneyOf(user)).toEqual(TAKEN);
    expect((await outcomesOf(id)).at(-1)).toBe("duplicate: paid before");
  });

  test.each(["cancelled", "declined", "expired"] as const)(
    "%s: the money is back, and a late success is for a person",
    async (answer) => {
      const it = await askedAbout(answer);
      await expectStanding(it.id, "failed: declined");
      expect(await moneyOf(it.user)).toEqual(BACK);
      await deliver(shop, it.id);
      await expectStanding(it.id, "needs_review: contradiction");
      expect(await moneyOf(it.user)).toEqual(BACK);
    },
  );

  test("declined, as it truly was: the money is back for good", async () => {
    const it = await askedAbout("truth", "+254712000005");
    await expectStanding(it.id, "failed: declined");
    expect(await moneyOf(it.user)).toEqual(BACK);
  });

  test.each(["pending", "not_found", "silent", "timeout"] as const)(
    "%s: nothing is concluded, a person is told after 15 minutes, and the look-ups go on",
    async (answer) => {
      const it = await askedAbout(answer);
      await expectStanding(it.id, "submitted");
      await sweepAt(addMs(it.sentAt, 15 * MINUTE_MS - 1));
      await answerQuestions();
      await expectStanding(it.id, "submitted");
      await sweepAt(await dueAtOf(it.id));
      await answerQuestions();
      await expectStanding(it.id, "needs_review: unconfirmed");
      expect(await moneyOf(it.user)).toEqual(HELD);
      await shop.sandbox.control.clearStatusScripts();
      await sweepAt(await dueAtOf(it.id));
      await answerQuestions();
      await expectStanding(it.id, "paid");
      expect(await moneyOf(it.user)).toEqual(TAKEN);
      expect(await ordersFor(it.id)).toBe(1);
    },
  );

  test("that the order was forgotten gives nothing back: it may have been paid elsewhere", async () => {
    const it = await askedAbout("truth", "+254712000025");
    for (const hours of [1, 12, 49]) {
      await sweepAt(addMs(it.sentAt, hours * HOUR_MS));
      await answerQuestions();
    }
    await expectStanding(it.id, "needs_review: unconfirmed");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("the opposite of the result, after it: what was paid stays paid, what was given back is for a person", async () => {
    const paid = await sentWithdrawal(shop);
    await sweepAt(addMs(paid.sentAt, 20 * SECOND_MS));
    await shop.sandbox.control.settle({ kind: "b2c_result" });
    await callbacksWorked(shop);
    const [record] = await shop.sandbox.control.callbacks({
      kind: "status_result",
      originatorConversationId: paid.reference,
    });
    expect(record).toBeDefined();
    await answerQuestions();
    await expectStanding(paid.id, "paid");

    const failed = await sentWithdrawal(shop, { to: "+254712000001" });
    await sweepAt(addMs(failed.sentAt, 20 * SECOND_MS));
    await shop.sandbox.control.settle({ kind: "b2c_result" });
    await callbacksWorked(shop);
    await expectStanding(failed.id, "failed: phone_not_registered");
    await answerQuestions();
    await expectStanding(failed.id, "failed: phone_not_registered");
    expect(await moneyOf(failed.user)).toEqual(BACK);
  });

  /** Posts an answer to a question, written by hand, to the address of the last one. */
  async function sayStatus(
    it: { id: string; reference: string },
    parameters: Readonly<Record<string, unknown>>,
    code: unknown = 0,
  ) {
    const [asked] = await shop.sandbox.control.callbacks({
      kind: "status_result",
      originatorConversationId: it.reference,
    });
    // M-Pesa's answer names the order it is about.
    const named = { OriginatorConversationID: it.reference, ...parameters };
    lied.add(it.id);
    await shop.sandbox.control.forgeCallback({
      url: asked?.url ?? "",
      body: JSON.stringify({
        Result: {
          ResultType: 0,
          ResultCode: code,
          ResultDesc: "said",
          OriginatorConversationID: crypto.randomUUID(),
          ConversationID: "AG_20261121_11111111111111111111",
          ResultParameters: {
            ResultParameter: Object.entries(named).map(([Key, Value]) => ({ Key, Value })),
          },
        },
      }),
    });
    await callbacksWorked(shop);
  }

  async function askedQuietly() {
    const it = await sentWithdrawal(shop);
    await sweepAt(addMs(it.sentAt, 20 * SECOND_MS));
    return it;
  }

  test("about another order is not about this one", async () => {
    const other = await askedQuietly();
    const it = await askedQuietly();
    await sayStatus(it, {
      TransactionStatus: "Completed",
      OriginatorConversationID: other.reference,
      Amount: 500,
    });
    await expectStanding(it.id, "submitted");
    await expectStanding(other.id, "submitted");
    expect((await outcomesOf(it.id)).at(-1)).toBe("quarantined: about another order than this one");
    await sayStatus(it, {
      TransactionStatus: "Declined",
      ConversationID: "AG_20261121_22222222222222222222",
    });
    await expectStanding(it.id, "submitted");
  });

  test("completed in another amount, or with a used receipt, is for a person, and a no after it gives nothing back", async () => {
    const first = await askedQuietly();
    await answerQuestions();
    const { providerReceipt } = await readWithdrawal(first.id);
    const wrong = await askedQuietly();
    await sayStatus(wrong, { TransactionStatus: "Completed", Amount: 5000 });
    await expectStanding(wrong.id, "needs_review: amount_mismatch");
    const used = await askedQuietly();
    await sayStatus(used, {
      TransactionStatus: "Completed",
      Amount: "500.00",
      ReceiptNo: providerReceipt,
    });
    await expectStanding(used.id, "needs_review: receipt_reused");
    for (const it of [wrong, used]) {
      await sayStatus(it, { TransactionStatus: "Declined" });
      expect((await readWithdrawal(it.id)).state).toBe("needs_review");
      expect(await moneyOf(it.user)).toEqual(HELD);
    }
  });

  test.each<[what: string, parameters: Record<string, unknown>, code: unknown]>([
    ["a word nobody knows", { TransactionStatus: "Settled-ish" }, 0],
    ["no word at all", { Amount: 500 }, 0],
    ["a word beside an error", { TransactionStatus: "Declined" }, 1],
    ["a completion beside an error", { TransactionStatus: "Completed" }, "7777"],
    ["busy", {}, "100000011"],
    ["an empty word", { TransactionStatus: "" }, "0"],
  ])("%s settles nothing", async (_what, parameters, code) => {
    const it = await askedQuietly();
    await sayStatus(it, parameters, code);
    await expectStanding(it.id, "submitted");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test.each(["Completed", "completed", "COMPLETED"])(
    "%s pays, with text for numbers",
    async (word) => {
      const it = await askedQuietly();
      await sayStatus(it, { TransactionStatus: word, Amount: "500.0" }, "0");
      await expectStanding(it.id, "paid");
    },
  );
});

describe("what else a worker does when it is due", () => {
  test("sends what its job left in line, once", async () => {
    const { ctx } = await fundedCustomer(shop);
    const id = await withdraw(ctx);
    const { createdAt } = await readWithdrawal(id);
    expect(await sweepAt(addMs(createdAt, 30 * SECOND_MS - 1))).toBe(0);
    await Promise.all([
      sweepAt(addMs(createdAt, 30 * SECOND_MS)),
      sweepAt(addMs(createdAt, 30 * SECOND_MS)),
      shop.runJobs(),
    ]);
    await deliver(shop, id);
    await expectStanding(id, "paid");
    expect(await ordersFor(id)).toBe(1);
  });

  test("leaves what has ended alone", async () => {
    const { id, user, sentAt } = await sentWithdrawal(shop);
    await deliver(shop, id);
    await db().withdrawal.update({ where: { id }, data: { nextCheckAt: new Date(0) } });
    await sweepAt(addMs(sentAt, HOUR_MS));
    expect(await readWithdrawal(id)).toMatchObject({ state: "paid", nextCheckAt: null });
    expect(await asksAbout(id)).toBe(0);
    expect(await moneyOf(user)).toEqual(TAKEN);
  });
});
