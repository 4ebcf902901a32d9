import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { TransactionKind, User } from "@/lib/generated/prisma/client";
import { attachStkReceipt } from "@/lib/payments/attach-stk-receipt";
import { failRefund } from "@/lib/payments/refunds/fail-refund";
import { settleWithdrawal } from "@/lib/payments/withdrawals/settle-withdrawal";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { eventually } from "@/test/eventually";
import { callbacksWorked, pushFor, setAside, standingOf } from "@/test/mpesa";
import { openPayoutShop, sentWithdrawal, setPayoutsAside, workerOf } from "@/test/payouts";
import {
  depositAfter,
  readRefund,
  sentRefund,
  setRefundsAside,
  standingOfRefund,
} from "@/test/refunds";
import { bookLine, freshReceipt } from "@/test/review";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { accountOf, seedPayments, type SeededPayment } from "@/test/statements";
import { matchTransaction } from "./match-transaction";
import { recordTransaction } from "./record-transaction";

const AMOUNT_CENTS = 50_000n;

let shop: Shop;
let customer: User;
let worker: Ctx;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(async () => {
  const { id: merchantId } = await createMerchant();
  customer = await createCustomer({ merchantId });
  worker = workerOf(merchantId);
});
afterEach(async () => {
  await expectInvariants();
  await setPayoutsAside();
  await setRefundsAside();
});
afterAll(() => shop.close());

async function paid(receipt: string | null): Promise<SeededPayment> {
  const [payment] = await seedPayments(
    [customer],
    [{ state: "paid", amountCents: AMOUNT_CENTS, receipt, at: new Date() }],
  );
  if (!payment) throw new Error("one payment was made");
  return payment;
}

async function record(line: {
  kind?: TransactionKind;
  receipt: string;
  amountCents?: bigint;
  reference?: string;
  originalReceipt?: string;
}): Promise<string> {
  const { id: accountId } = await accountOf(worker.merchantId);
  const { transactionId } = await recordTransaction(worker, {
    accountId,
    kind: line.kind ?? "payment_in",
    receipt: line.receipt,
    amountCents: line.amountCents ?? AMOUNT_CENTS,
    occurredAt: worker.now(),
    reference: line.reference ?? null,
    details: "a line of a test",
    payer: null,
    originalReceipt: line.originalReceipt ?? null,
    source: "statement",
  });
  return transactionId;
}

function readLine(id: string) {
  return db().providerTransaction.findUniqueOrThrow({ where: { id } });
}

/** Until somebody waits for a row of the deposits that another transaction holds. */
async function someoneWaits(): Promise<void> {
  await eventually(async () => {
    const waiting = await db().$queryRaw<unknown[]>`
      SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%deposits%'`;
    expect(waiting).toHaveLength(1);
  });
}

test("a payment whose deposit gets another receipt at the same moment stands in suspense", async () => {
  const { id, publicCode } = await paid(null);
  const [quicker, slower] = [freshReceipt(), freshReceipt()];
  const transactionId = await record({ receipt: slower, reference: publicCode });
  const { matching } = await db().$transaction(async (tx) => {
    await tx.deposit.update({ where: { id }, data: { providerReceipt: quicker } });
    const { merchantId } = worker;
    const now = worker.now();
    await tx.receipt.create({
      data: { provider: "mpesa", number: quicker, paymentId: id, merchantId, createdAt: now },
    });
    const matching = matchTransaction(worker, { transactionId });
    await someoneWaits();
    return { matching };
  });
  expect(await matching).toEqual({ kind: "suspense", cause: "paid_twice" });
  expect(await readLine(transactionId)).toMatchObject({ standing: "suspense", paymentId: null });
  expect(await db().receipt.count({ where: { number: slower, paymentId: transactionId } })).toBe(1);
});

describe("what goes the other way under a receipt of ours is not that payment", () => {
  test("a payment that M-Pesa took back under its own receipt is shown to a person", async () => {
    const receipt = freshReceipt();
    const { id } = await paid(receipt);
    const transactionId = await record({ kind: "reversal", receipt, amountCents: -AMOUNT_CENTS });
    expect(await matchTransaction(worker, { transactionId })).toEqual({
      kind: "unmatched",
      cause: "reversal_unknown",
    });
    expect(await readLine(transactionId)).toMatchObject({ standing: "unmatched", paymentId: id });
  });

  test("nor is a payout with the receipt of a deposit", async () => {
    const receipt = freshReceipt();
    await paid(receipt);
    const transactionId = await record({ kind: "payout", receipt, amountCents: -AMOUNT_CENTS });
    expect(await matchTransaction(worker, { transactionId })).toEqual({
      kind: "unmatched",
      cause: "payout_unknown",
    });
  });

  test.each(["payment_in", "reversal"] as const)(
    "a payout that came back as a %s is shown to a person",
    async (kind) => {
      const { id, user } = await sentWithdrawal(shop);
      worker = workerOf(user.merchantId);
      const receipt = freshReceipt();
      const proof = { kind: "b2c_result", namesAmount: true, receipt, receiverName: null } as const;
      await settleWithdrawal(worker, { withdrawalId: id, evidence: proof });
      const { amountCents } = await db().withdrawal.findUniqueOrThrow({ where: { id } });
      const transactionId = await record({ kind, receipt, amountCents });
      await matchTransaction(worker, { transactionId });
      expect(await readLine(transactionId)).toMatchObject({ standing: "unmatched", paymentId: id });
    },
  );
});

describe("a receipt that stands in suspense in another amount", () => {
  test("pays no prompt: a person is told, and its money stays where it is", async () => {
    const { user, ctx } = await shop.customer();
    const { depositId } = await shop.prompt(ctx);
    const push = await pushFor(shop, depositId);
    const { receipt, transactionId } = await bookLine(user.merchantId, { amountCents: 1_000n });
    await shop.sandbox.control.sendForgedStk({
      url: push.callbackUrl,
      checkoutRequestId: push.checkoutRequestId,
      merchantRequestId: push.merchantRequestId,
      amountCents: push.amountCents,
      msisdn: push.msisdn,
      shortcodeHeader: push.shortcode,
      receipt,
    });
    await callbacksWorked(shop);
    expect(await standingOf(depositId)).toBe("needs_review: receipt_reused");
    expect(await readLine(transactionId)).toMatchObject({ standing: "suspense" });
    expect(await shop.availableCents(user)).toBe(0n);
    await setAside();
  });

  test("is given to no deposit that was paid without one", async () => {
    const { id } = await paid(null);
    const { receipt, transactionId } = await bookLine(worker.merchantId, { amountCents: 1_000n });
    const told = { depositId: id, receipt, paidAt: null, payerMasked: null };
    expect(await attachStkReceipt(worker, told)).toBe("conflict");
    expect(await readLine(transactionId)).toMatchObject({ standing: "suspense" });
  });
});

test("a paid deposit that gets a receipt out of suspense says which movement took the money out", async () => {
  const { id } = await paid(null);
  const { receipt, transactionId } = await bookLine(worker.merchantId, {
    amountCents: AMOUNT_CENTS,
  });
  const told = { depositId: id, receipt, paidAt: null, payerMasked: null };
  expect(await attachStkReceipt(worker, told)).toBe("attached");
  const where = { merchantId: worker.merchantId, kind: "suspense_end", ref: transactionId };
  const { id: movement } = await db().ledgerMovement.findFirstOrThrow({ where });
  const row = await db().auditEntry.findFirstOrThrow({
    where: { subjectId: id, action: "deposit.receipt_attached" },
  });
  expect(row.after).toEqual({ receipt, amount: "500.00", movement });
});

describe("the way back of a refund that nobody has told of", () => {
  const wayBack = (it: { receipt: string }, amountCents = -AMOUNT_CENTS) =>
    record({
      ...{ kind: "reversal", receipt: freshReceipt(), amountCents },
      originalReceipt: it.receipt,
    });

  test("proves it done, under its own receipt, once", async () => {
    const it = await sentRefund(shop);
    worker = workerOf(it.user.merchantId);
    const transactionId = await wayBack(it);
    expect(await matchTransaction(worker, { transactionId })).toEqual({
      kind: "known",
      paymentId: it.id,
    });
    const { receipt } = await readLine(transactionId);
    expect(await readRefund(it.id)).toMatchObject({ state: "done", providerReceipt: receipt });
    expect(await depositAfter(it.depositId)).toBe("reversed 50000");
    const again = await wayBack(it);
    expect(await matchTransaction(worker, { transactionId: again })).toMatchObject({
      cause: "reversal_unknown",
    });
  });

  test("is none of another amount, and of one that was put back its contradiction", async () => {
    const it = await sentRefund(shop);
    worker = workerOf(it.user.merchantId);
    const other = await wayBack(it, -AMOUNT_CENTS + 1n);
    await matchTransaction(worker, { transactionId: other });
    expect((await readLine(other)).cause).toBe("reversal_unknown");
    await failRefund(worker, { refundId: it.id, reason: "declined" });
    const late = await wayBack(it);
    await matchTransaction(worker, { transactionId: late });
    expect(await readLine(late)).toMatchObject({ standing: "matched", paymentId: it.id });
    expect(await standingOfRefund(it.id)).toBe("needs_review: contradiction");
    expect(await depositAfter(it.depositId)).toBe("paid 0");
  });
});
