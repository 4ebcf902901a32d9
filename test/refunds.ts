import { expect } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { newDeposit } from "@/lib/payments/open-deposit";
import { requestRefund } from "@/lib/payments/refunds/request-refund";
import { requestRefundOfTransaction } from "@/lib/payments/refunds/request-refund-of-transaction";
import { sendRefund } from "@/lib/payments/refunds/send-refund";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { matchTransaction } from "@/lib/recovery/transactions/match-transaction";
import { recordTransaction } from "@/lib/recovery/transactions/record-transaction";
import type { Reversal } from "@/sandbox/daraja/reversal";
import { callbacksWorked, freshPhone, pushFor } from "./mpesa";
import { staffOf, workerOf } from "./payouts";
import type { Shop } from "./shop";
import { expectInvariants } from "./simulation/compare-books";

const ROWS_MAX = 100_000;
/** The PayBill that every shop of the tests collects with. */
const SHORTCODE = "174379";

export interface PaidDeposit {
  readonly user: User;
  /** The customer. */
  readonly ctx: Ctx;
  /** One of the merchant's people. */
  readonly staff: Ctx;
  readonly depositId: string;
  readonly receipt: string;
  readonly phone: string;
}

/** A customer's M-Pesa payment of a phone of its own, credited. */
export async function paidByMpesa(shop: Shop, amount = "500"): Promise<PaidDeposit> {
  const { user, ctx } = await shop.customer();
  const { depositId, phone } = await shop.prompt(ctx, { amount });
  await shop.sandbox.control.enterPin(phone);
  const { checkoutRequestId } = await pushFor(shop, depositId);
  await shop.sandbox.control.settle({ checkoutRequestId });
  await callbacksWorked(shop);
  const deposit = await readPaid(depositId);
  const { ctx: staff } = await staffOf(user.merchantId);
  return { user, ctx, staff, depositId, receipt: deposit.providerReceipt ?? "", phone };
}

/** A customer's voucher, credited. */
export async function paidByVoucher(shop: Shop, amountCents = 50_000n): Promise<PaidDeposit> {
  const { user, ctx } = await shop.customer();
  const { depositId, sessionId, callbackUrl } = await shop.purchase(ctx);
  await shop.sandbox.control.createVoucher({ amountCents, sessionId, callbackUrl });
  await shop.sandbox.control.settle({});
  await callbacksWorked(shop);
  await readPaid(depositId);
  const { ctx: staff } = await staffOf(user.merchantId);
  return { user, ctx, staff, depositId, receipt: "", phone: "" };
}

/** A customer's M-Pesa payment by hand, booked: that takes less than a prompt. */
export async function paidByHand(shop: Shop, amountCents = 50_000n): Promise<PaidDeposit> {
  const { user, ctx } = await shop.customer();
  const { merchantId } = user;
  const deposit = newDeposit(ctx, {
    ...{ customerId: user.id, method: "mpesa", origin: "checkout", state: "submitted" },
    askedCents: amountCents,
  });
  await db().deposit.create({ data: { ...deposit, nextCheckAt: null } });
  const phone = freshPhone();
  const { receipt } = await shop.sandbox.control.payByHand({
    ...{ phone, shortcode: SHORTCODE, amountCents, reference: deposit.publicCode },
  });
  await settleDeposit(workerOf(merchantId), {
    depositId: deposit.id,
    evidence: {
      ...{ kind: "confirmation", accountId: await collectorOf(merchantId), amountCents, receipt },
      ...{ paidAt: null, payerMasked: null },
    },
  });
  const { ctx: staff } = await staffOf(merchantId);
  return { user, ctx, staff, depositId: deposit.id, receipt, phone };
}

/** A payment by hand that names nobody: its money is in suspense. */
export async function heldInSuspense(shop: Shop, amountCents = 50_000n) {
  const { user } = await shop.customer();
  const { ctx: staff } = await staffOf(user.merchantId);
  const reference = "NOBODY";
  const { receipt } = await shop.sandbox.control.payByHand({
    ...{ phone: freshPhone(), shortcode: SHORTCODE, amountCents, reference },
  });
  const { transactionId } = await recordTransaction(staff, {
    ...{ accountId: await collectorOf(user.merchantId), kind: "payment_in", receipt, amountCents },
    ...{ occurredAt: new Date(), reference, details: "Pay Bill", payer: null },
    ...{ originalReceipt: null, source: "pull" },
  });
  await matchTransaction(staff, { transactionId });
  return { user, staff, transactionId, receipt };
}

/** Staff ask for money in suspense to go back to whoever paid it. */
export async function refundOfSuspense(it: {
  readonly staff: Ctx;
  readonly transactionId: string;
}): Promise<string> {
  const { refundId } = await requestRefundOfTransaction(it.staff, {
    ...{ transactionId: it.transactionId, why: "unknown payer" },
    attemptKey: crypto.randomUUID(),
  });
  return refundId;
}

async function collectorOf(merchantId: string): Promise<string> {
  const { id } = await db().providerAccount.findFirstOrThrow({
    where: { merchantId, isDefault: true },
    select: { id: true },
  });
  return id;
}

async function readPaid(depositId: string) {
  const deposit = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
  expect(deposit.state).toBe("paid");
  return deposit;
}

/** Staff ask for the whole of it back, as the form does. */
export async function refund(
  it: Pick<PaidDeposit, "staff" | "depositId">,
  changes: Partial<Parameters<typeof requestRefund>[1]> = {},
): Promise<string> {
  const { refundId } = await requestRefund(it.staff, {
    depositId: it.depositId,
    amount: "500",
    why: "ordered twice",
    attemptKey: crypto.randomUUID(),
    ...changes,
  });
  return refundId;
}

/** Does what the job of one refund does, now or at another time. */
export async function sendOne(refundId: string, now?: Date): Promise<void> {
  const { merchantId } = await readRefund(refundId);
  await sendRefund(workerOf(merchantId, now && (() => now)), { refundId });
}

/** A refund of a whole M-Pesa payment, ordered; nobody has told yet how it ended. */
export async function sentRefund(shop: Shop, amount = "500") {
  const it = await paidByMpesa(shop, amount);
  const id = await refund(it, { amount });
  await sendOne(id);
  const { sentAt, createdAt } = await readRefund(id);
  return { ...it, id, sentAt: sentAt ?? createdAt };
}

/** One refund with everything that was noted about it. */
export function readRefund(id: string) {
  return db().refund.findUniqueOrThrow({ where: { id }, include: { account: true } });
}

/** Where a refund stands: `done`, or `failed: spent` where it has a reason. */
export async function standingOfRefund(id: string): Promise<string> {
  const { state, reason } = await readRefund(id);
  return reason === null ? state : `${state}: ${reason}`;
}

/** Fails unless a refund stands so, and says what is noted about it. */
export async function expectRefund(id: string, standing: string): Promise<void> {
  const { resultCode, statusCode, nextCheckAt } = await readRefund(id);
  const noted = JSON.stringify({ resultCode, statusCode, nextCheckAt });
  expect(await standingOfRefund(id), `${id} ${noted}`).toBe(standing);
}

/** Every reversal that M-Pesa was asked for by a refund, oldest first. */
export function reversalsOf(shop: Shop, refundId: string): Promise<Reversal[]> {
  return shop.sandbox.control.reversals({ resultUrlContains: refundId });
}

/** The one reversal of a refund; fails when there are more, or none. */
export async function reversalOf(shop: Shop, refundId: string): Promise<Reversal> {
  const [reversal, ...others] = await reversalsOf(shop, refundId);
  expect(others).toEqual([]);
  if (!reversal) throw new Error(`M-Pesa knows no reversal for ${refundId}`);
  return reversal;
}

/** Delivers what M-Pesa kept back about a refund's orders, and waits until it is worked. */
export async function deliverRefund(shop: Shop, refundId: string): Promise<void> {
  for (const { originatorConversationId } of await reversalsOf(shop, refundId))
    await shop.sandbox.control.settle({ originatorConversationId });
  await callbacksWorked(shop);
}

/** How often M-Pesa was asked to give a payment back. */
export function ordersOfRefund(refundId: string): Promise<number> {
  return db().providerCall.count({ where: { subjectId: refundId, operation: "reversal" } });
}

/** How the messages about a refund ended, oldest first: `applied: given back`. */
export async function outcomesOfRefund(id: string): Promise<string[]> {
  const messages = await db().message.findMany({
    where: { addressee: id },
    orderBy: { id: "asc" },
    select: { outcome: true, note: true },
  });
  return messages.map(({ outcome, note }) => `${outcome}: ${note}`);
}

/** Where a deposit stands, and what is promised back of it: `reversed 50000`. */
export async function depositAfter(depositId: string): Promise<string> {
  const { state, refundCents } = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
  return `${state} ${refundCents}`;
}

/** Makes what a test left open due in a year, so that the next one's workers do not meet it. */
export async function setRefundsAside(): Promise<void> {
  await db().refund.updateMany({
    where: { nextCheckAt: { not: null } },
    data: { nextCheckAt: addMs(new Date(), 365 * DAY_MS) },
  });
}

/**
 * Fails unless our books and M-Pesa's agree: a payment goes back there once at most; each refund that is
 * done here went back there, in the same amount; and what went back there and is not done here is still
 * being looked into. `lied` names refunds about which M-Pesa was made to say what was not true.
 */
export async function expectRefundBooks(
  shop: Shop,
  lied: ReadonlySet<string> = new Set(),
): Promise<void> {
  await expectInvariants();
  const { control } = shop.sandbox;
  const { sumCents } = await control.mpesaLedger({ limit: ROWS_MAX });
  expect(sumCents).toBe(0n);
  const completed = await control.reversals({ state: "completed", limit: ROWS_MAX });
  const back = new Map(completed.map((row) => [row.originalReceipt, row.amountCents]));
  expect(back.size, "a payment went back twice").toBe(completed.length);
  for (const row of await db().refund.findMany({ where: { method: "reversal" } })) {
    if (lied.has(row.id)) continue;
    const backCents = back.get(row.receipt ?? "");
    if (row.state === "done") expect(backCents, `${row.id} is done`).toBe(row.amountCents);
    else if (backCents !== undefined && row.failedAt === null) {
      const isWatched = row.state === "needs_review" || row.nextCheckAt !== null;
      expect(isWatched, `${row.id} went back and nobody looks at it`).toBe(true);
    }
  }
}
