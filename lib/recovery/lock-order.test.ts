import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { newId } from "@/lib/kit/ids";
import { settleRefund } from "@/lib/payments/refunds/settle-refund";
import { parseInitiatorResult } from "@/lib/providers/daraja/initiator-result";
import { eventually } from "@/test/eventually";
import { setAside } from "@/test/mpesa";
import { calmPayouts, openPayoutShop, setPayoutsAside, workerOf } from "@/test/payouts";
import { expectRefund, sentRefund, setRefundsAside } from "@/test/refunds";
import { bookLine, depositInReview, freshReceipt, press } from "@/test/review";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { applyReceiptAnswer } from "./review/apply-receipt-answer";
import { matchTransaction } from "./transactions/match-transaction";
import { recordTransaction } from "./transactions/record-transaction";

/** Two roads in the wrong order meet in most rounds: this many leave no luck. */
const ROUNDS = 12;

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectInvariants();
  await setPayoutsAside();
  await setRefundsAside();
  await setAside();
});
afterAll(() => shop.close());

/** A deposit in review, and a line of M-Pesa's books that names it and that nobody has matched yet. */
async function named(withReference: boolean) {
  const it = await depositInReview(shop);
  const { publicCode, stkPush } = await db().deposit.findUniqueOrThrow({
    where: { id: it.depositId },
    include: { stkPush: { include: { account: { include: { callbackSecrets: true } } } } },
  });
  if (!stkPush) throw new Error("it was prompted");
  const receipt = freshReceipt();
  const worker = workerOf(it.user.merchantId);
  const { transactionId } = await recordTransaction(worker, {
    ...{ accountId: stkPush.accountId, kind: "payment_in", receipt, amountCents: 50_000n },
    ...{ occurredAt: worker.now(), reference: withReference ? publicCode : null },
    ...{ details: "a line of a test", payer: null, originalReceipt: null, source: "pull" },
  });
  return { ...it, worker, receipt, transactionId, account: stkPush.account };
}

type Named = Awaited<ReturnType<typeof named>>;

/** What M-Pesa says of the receipt, as its message about a question of staff brings it. */
async function answer({ worker, maker, depositId, receipt, account }: Named): Promise<unknown> {
  const queryId = newId("receiptQuery");
  await db().receiptQuery.create({
    data: {
      ...{ id: queryId, merchantId: worker.merchantId, accountId: account.id, depositId, receipt },
      ...{ reason: "the SMS shows it", askedById: maker.actor.id, askedAt: new Date() },
    },
  });
  const parameter = (Key: string, Value: string | number) => ({ Key, Value });
  const result = parseInitiatorResult({
    Result: {
      ...{ ResultType: 0, ResultCode: 0, ResultDesc: "done", TransactionID: "OEI0000000" },
      ResultParameters: {
        ResultParameter: [
          parameter("ReceiptNo", receipt),
          parameter("TransactionStatus", "Completed"),
          parameter("Amount", 500),
          parameter("CreditPartyName", `${account.shortcode} - SHOP`),
        ],
      },
    },
  });
  const secretHash = account.callbackSecrets[0]?.hash ?? "";
  if (!result) throw new Error("a result that can be read");
  return applyReceiptAnswer(worker, { queryId, secretHash, receivedAt: new Date(), result });
}

async function expectNoDeadlock(round: () => Promise<readonly (() => Promise<unknown>)[]>) {
  for (let index = 0; index < ROUNDS; index += 1) {
    const roads = await round();
    const ended = await Promise.allSettled(roads.map((road) => road()));
    const broken = ended.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    // Somebody who was too late is told so in words; whom Postgres ends is not.
    expect(
      broken.filter(({ code }) => code !== "review_ended" && code !== "receipt_taken"),
    ).toEqual([]);
  }
}

/** Waits until so many others wait for a lock. */
async function waiting(count: number): Promise<void> {
  await eventually(async () => {
    const rows = await db().$queryRaw<unknown[]>`
      SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    expect(rows).toHaveLength(count);
  });
}

test("M-Pesa's answer about a receipt and its line are worked at once: nobody is ended, one credit", async () => {
  const all: Ctx[] = [];
  await expectNoDeadlock(async () => {
    const it = await named(true);
    all.push(it.ctx);
    return [() => answer(it), () => matchTransaction(it.worker, it)];
  });
  for (const ctx of all) {
    expect(await db().deposit.count({ where: { customerId: ctx.actor.id, state: "paid" } })).toBe(
      1,
    );
  }
});

test.each([true, false])(
  "a person's credit and the line of its receipt at once, named %s: nobody is ended",
  async (withReference) => {
    await expectNoDeadlock(async () => {
      const it = await named(withReference);
      const params = { creditAmount: "500", receipt: it.receipt };
      return [
        () => press(it.maker, it.depositId, "credit_by_person", params),
        () => matchTransaction(it.worker, it),
      ];
    });
  },
);

test("a person's credit holds the line of its receipt before the receipt, as whoever matches it does", async () => {
  const it = await named(false);
  const params = { creditAmount: "500", receipt: it.receipt };
  const both = await db().$transaction(async (tx) => {
    // The credit has taken the receipt and stands before the last of its writes when the line is matched.
    await tx.$executeRaw`LOCK TABLE live_events IN EXCLUSIVE MODE`;
    const credited = press(it.maker, it.depositId, "credit_by_person", params);
    await waiting(1);
    const matched = matchTransaction(it.worker, it);
    await waiting(2);
    return { ended: Promise.allSettled([credited, matched]) };
  });
  const ended = await both.ended;
  expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
});

test("one person gives money in suspense away and credits its receipt at once: nobody is ended", async () => {
  await expectNoDeadlock(async () => {
    const it = await depositInReview(shop, "700");
    const { receipt, transactionId } = await bookLine(it.user.merchantId, {
      ...{ amountCents: 70_000n, reference: "NOBODY" },
    });
    return [
      () => press(it.maker, it.depositId, "credit_by_person", { creditAmount: "700", receipt }),
      () => press(it.maker, transactionId, "assign_customer", { customerId: it.user.id }),
    ];
  });
});

test("a refund's result and the line of its way back at once: nobody is ended, done once", async () => {
  for (let index = 0; index < 4; index += 1) {
    const it = await sentRefund(shop);
    const worker = workerOf(it.user.merchantId);
    const { accountId } = await db().refund.findUniqueOrThrow({ where: { id: it.id } });
    const receipt = freshReceipt();
    const { transactionId } = await recordTransaction(worker, {
      ...{ accountId: accountId ?? "", kind: "reversal", receipt, amountCents: -50_000n },
      ...{ occurredAt: worker.now(), reference: null, details: "a line of a test", payer: null },
      ...{ originalReceipt: it.receipt, source: "statement" },
    });
    const evidence = { kind: "reversal_result", namesAmount: true, receipt } as const;
    await Promise.all([
      settleRefund(worker, { refundId: it.id, evidence }),
      matchTransaction(worker, { transactionId }),
    ]);
    await expectRefund(it.id, "done");
  }
});
