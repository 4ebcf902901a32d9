import { expect } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { holdDeposit } from "@/lib/payments/hold-deposit";
import { failRefund } from "@/lib/payments/refunds/fail-refund";
import { settleRefund } from "@/lib/payments/refunds/settle-refund";
import { failWithdrawal } from "@/lib/payments/withdrawals/fail-withdrawal";
import { holdWithdrawal } from "@/lib/payments/withdrawals/hold-withdrawal";
import { settleWithdrawal } from "@/lib/payments/withdrawals/settle-withdrawal";
import { matchTransaction } from "@/lib/recovery/transactions/match-transaction";
import { recordTransaction } from "@/lib/recovery/transactions/record-transaction";
import { decide } from "@/lib/recovery/review/decide";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { sentWithdrawal, staffOf, workerOf, type WithdrawOptions } from "./payouts";
import { sentRefund } from "./refunds";
import type { Shop } from "./shop";

let receipts = 0;

/** A receipt that nothing of the simulator's carries. */
export function freshReceipt(): string {
  receipts += 1;
  return `RVW${String(receipts).padStart(7, "0")}`;
}

/** Two of the merchant's people. */
export async function twoPeople(merchantId: string): Promise<{ maker: Ctx; checker: Ctx }> {
  const [maker, checker] = await Promise.all([staffOf(merchantId), staffOf(merchantId)]);
  return { maker: maker.ctx, checker: checker.ctx };
}

/** A prompt whose outcome nobody could tell, and somebody to look at it. */
export async function depositInReview(shop: Shop, amount = "500", { mayAsk = false } = {}) {
  const { user, ctx } = await shop.customer();
  const { depositId } = await shop.prompt(ctx, { amount });
  if (!mayAsk) await silenceMpesa(user.merchantId);
  await holdDeposit(workerOf(user.merchantId), {
    depositId,
    reason: "unconfirmed",
    nextCheckAt: null,
  });
  return { user, ctx, depositId, ...(await twoPeople(user.merchantId)) };
}

/** M-Pesa answers none of the merchant's questions, so a person's word is taken. */
export async function silenceMpesa(merchantId: string): Promise<void> {
  await db().providerAccount.updateMany({
    where: { merchantId, isDefault: true },
    data: { payoutsStopped: "2001" },
  });
}

/** A payout that was sent and never told of. */
export async function withdrawalInReview(shop: Shop, options: WithdrawOptions = {}) {
  const sent = await sentWithdrawal(shop, options);
  const worker = workerOf(sent.user.merchantId);
  await holdWithdrawal(worker, {
    withdrawalId: sent.id,
    reason: "unconfirmed",
    nextCheckAt: null,
  });
  return { ...sent, ...(await twoPeople(sent.user.merchantId)) };
}

/** A payout that was given back, and of which M-Pesa said afterwards that it was paid. */
export async function contradiction(shop: Shop, receipt: string | null = freshReceipt()) {
  const sent = await sentWithdrawal(shop);
  const worker = workerOf(sent.user.merchantId);
  await failWithdrawal(worker, { withdrawalId: sent.id, reason: "declined" });
  await settleWithdrawal(worker, {
    withdrawalId: sent.id,
    evidence: { kind: "status_result", namesAmount: true, receipt, receiverName: null },
  });
  return { ...sent, receipt, ...(await twoPeople(sent.user.merchantId)) };
}

/** A reversal that M-Pesa declined, and of which it said afterwards that it was done. */
export async function contradictedRefund(
  shop: Shop,
  { receipt = freshReceipt() }: { receipt?: string | null } = {},
) {
  const sent = await sentRefund(shop);
  const { merchantId } = sent.user;
  const worker = workerOf(merchantId);
  await failRefund(worker, { refundId: sent.id, reason: "declined" });
  const evidence = { kind: "status_result", namesAmount: true, receipt } as const;
  await settleRefund(worker, { refundId: sent.id, evidence });
  return { ...sent, wayBack: receipt, merchantId, ...(await twoPeople(merchantId)) };
}

/** A line of M-Pesa's books that is worked as the roads work it. */
export async function bookLine(
  merchantId: string,
  line: {
    amountCents: bigint;
    kind?: "payment_in" | "payout" | "reversal" | "other";
    receipt?: string;
    originalReceipt?: string;
    reference?: string;
  },
): Promise<{ transactionId: string; receipt: string }> {
  const worker = workerOf(merchantId);
  const account = await db().providerAccount.findFirstOrThrow({
    where: { merchantId, isDefault: true },
  });
  const receipt = line.receipt ?? freshReceipt();
  const { transactionId } = await recordTransaction(worker, {
    accountId: account.id,
    kind: line.kind ?? "payment_in",
    receipt,
    amountCents: line.amountCents,
    occurredAt: worker.now(),
    reference: line.reference ?? null,
    details: "a line of a test",
    payer: "254712345678",
    originalReceipt: line.originalReceipt ?? null,
    source: "pull",
  });
  await matchTransaction(worker, { transactionId });
  return { transactionId, receipt };
}

/** Decides with a reason, as the form does. */
export function press(
  ctx: Ctx,
  subjectId: string,
  action: string,
  params: Readonly<Record<string, string>> = {},
) {
  return decide(ctx, { subjectId, action, reason: "seen on the statement", params });
}

/** How many movements of one kind and reference there are. */
export function movements(merchantId: string, kind: string, ref: string): Promise<number> {
  return db().ledgerMovement.count({ where: { merchantId, kind, ref } });
}

/** What the audit log says was done to a subject, oldest first. */
export async function auditOf(subjectId: string): Promise<string[]> {
  const rows = await db().auditEntry.findMany({ where: { subjectId }, orderBy: { seq: "asc" } });
  return rows.map(({ action }) => action);
}

/** Somebody of another merchant. */
export async function strangerOf(): Promise<Ctx> {
  return (await staffOf((await createMerchant()).id)).ctx;
}

/** Of many presses at once exactly one had an effect, and the others were told why in words. */
export async function expectOneOf(presses: readonly Promise<unknown>[], codes: readonly string[]) {
  const ended = await Promise.allSettled(presses);
  const done = ended.filter(({ status }) => status === "fulfilled");
  const told = ended.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(done).toHaveLength(1);
  for (const reason of told) expect(codes, String(reason)).toContain(reason.code);
}
