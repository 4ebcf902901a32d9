import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { assert, unreachable } from "@/lib/kit/assert";
import { isId } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import {
  FEES,
  IN_TRANSIT,
  providerAccount,
  SUSPENSE,
  type AccountRef,
} from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { attachStkReceipt } from "@/lib/payments/attach-stk-receipt";
import { settleRefund } from "@/lib/payments/refunds/settle-refund";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { SUSPENSE_KIND } from "@/lib/payments/suspense";
import { ownerOfReceipt, takeReceipt } from "@/lib/payments/take-receipt";
import { amountOfPayment } from "./amount-of-payment";
import { findByReference, isPayReferenceOf } from "./find-by-reference";
import { findReversedDeposit } from "./find-reversed-deposit";
import { findReversedRefund } from "./find-reversed-refund";
import { lockWhatItNames } from "./lock-what-it-names";
import type { TransactionCause } from "./transaction-causes";

/** The movements of what a provider keeps, and of what goes between the merchant's own accounts. */
export const CHARGE_KIND = "provider_charge";
export const TRANSFER_KIND = "provider_transfer";

export type Matched =
  | { readonly kind: "paid"; readonly depositId: string }
  | { readonly kind: "attached" | "known"; readonly paymentId: string }
  | { readonly kind: "suspense"; readonly cause: TransactionCause }
  | { readonly kind: "booked" }
  | { readonly kind: "unmatched"; readonly cause: TransactionCause }
  /** It was matched before, or is at this moment. */
  | { readonly kind: "before" };

/**
 * Finds what one stored line of M-Pesa's books is, and books what follows, all in one Postgres transaction: a
 * payment whose receipt we have is ticked off; one that names an open deposit of ours pays it; one of a
 * deposit that was paid without a receipt gives it its receipt. Money that came in and is nobody's goes to
 * suspense, where a person finds it; charges and transfers are booked as what they are. Nobody is ever
 * recognised by a phone number. Working the same line again changes nothing.
 */
export async function matchTransaction(
  ctx: Ctx,
  input: { transactionId: string },
): Promise<Matched> {
  return withTransaction<Matched>(ctx, async (tx) => {
    await lockWhatItNames(tx, input.transactionId);
    const transaction = await takeFresh(tx, input.transactionId);
    if (!transaction) return { kind: "before" };
    switch (transaction.kind) {
      case "payment_in":
        return matchPayment(tx, transaction);
      case "payout":
      case "reversal":
        return matchOutgoing(tx, transaction);
      case "charge":
        return book(tx, transaction, CHARGE_KIND, FEES);
      case "transfer":
        return book(tx, transaction, TRANSFER_KIND, IN_TRANSIT);
      case "other":
        return leave(tx, transaction, "kind_unknown");
      default:
        return unreachable(transaction.kind);
    }
  });
}

/** Two workers with one line: the second waits here, and finds it worked. */
async function takeFresh(tx: Ctx, transactionId: string): Promise<ProviderTransaction | null> {
  await tx.db.$queryRaw`
    SELECT id FROM provider_transactions WHERE id = ${transactionId} FOR NO KEY UPDATE`;
  return tx.db.providerTransaction.findFirst({
    where: { id: transactionId, merchantId: tx.merchantId, standing: "fresh" },
  });
}

async function matchPayment(tx: Ctx, transaction: ProviderTransaction): Promise<Matched> {
  const { receipt } = transaction;
  const ownerId = await ownerOfReceipt(tx, { provider: "mpesa", number: receipt });
  if (ownerId !== null) return tick(tx, transaction, ownerId);
  const suspendedId = await suspendedLineOf(tx, receipt);
  if (suspendedId !== null) return tick(tx, transaction, suspendedId);
  const deposit = await findByReference(tx, transaction);
  if (!deposit) {
    return suspend(tx, transaction, transaction.reference ? "unknown_reference" : "no_reference");
  }
  if (deposit.state === "reversed") return suspend(tx, transaction, "deposit_reversed");
  if (deposit.state === "paid") {
    // What was paid by hand is not what a prompt was paid with, even where that has no receipt yet.
    const isMissing = deposit.providerReceipt === null && !isPayReferenceOf(deposit, transaction);
    if (!isMissing || deposit.paidCents !== transaction.amountCents) {
      return suspend(tx, transaction, "paid_twice");
    }
    const attached = await attachStkReceipt(tx, {
      depositId: deposit.id,
      receipt,
      paidAt: transaction.occurredAt,
      payerMasked: transaction.payerMasked,
    });
    // Another receipt was quicker by a moment, so this is other money: what stands now decides.
    if (attached === "conflict") return matchPayment(tx, transaction);
    await mark(tx, transaction, deposit.id);
    return { kind: "attached", paymentId: deposit.id };
  }
  const settled = await settleDeposit(tx, {
    depositId: deposit.id,
    evidence: {
      kind: transaction.source,
      accountId: transaction.accountId,
      amountCents: transaction.amountCents,
      receipt,
      paidAt: transaction.occurredAt,
      payerMasked: transaction.payerMasked,
    },
  });
  // A callback was quicker by a moment: what stands now decides.
  if (settled.kind === "already-settled") return matchPayment(tx, transaction);
  await mark(tx, transaction, deposit.id);
  return { kind: "paid", depositId: deposit.id };
}

/**
 * The line that stands in suspense with this receipt: the same money, which another shortcode of ours or a
 * contradicting message told of before.
 */
async function suspendedLineOf(tx: Ctx, number: string): Promise<string | null> {
  const holder = await tx.db.receipt.findUnique({
    where: { provider_number: { provider: "mpesa", number } },
    select: { paymentId: true },
  });
  return holder?.paymentId ?? null;
}

/**
 * Payouts and reversals are told apart by their receipt, and a reversal by the one that it takes back. One
 * that has the receipt of a payment of another kind takes that payment back, or says something nobody
 * knows: a person looks at it.
 */
async function matchOutgoing(tx: Ctx, transaction: ProviderTransaction): Promise<Matched> {
  const number = transaction.receipt;
  const isPayout = transaction.kind === "payout";
  const ownerId = await ownerOfReceipt(tx, { provider: "mpesa", number });
  if (ownerId !== null && isId(isPayout ? "withdrawal" : "refund", ownerId))
    return tick(tx, transaction, ownerId);
  const refundId = ownerId === null ? await settleRefundOf(tx, transaction) : null;
  if (refundId !== null) return tick(tx, transaction, refundId);
  if (isPayout) return leave(tx, transaction, "payout_unknown", ownerId);
  const reversedId = ownerId ?? (await findReversedDeposit(tx, transaction));
  return leave(tx, transaction, "reversal_unknown", reversedId);
}

/** Settles the refund whose way back a line is. Null when there is none. */
async function settleRefundOf(tx: Ctx, transaction: ProviderTransaction): Promise<string | null> {
  const { receipt } = transaction;
  if ((await suspendedLineOf(tx, receipt)) !== null) return null;
  const refund = await findReversedRefund(tx, transaction);
  if (!refund) return null;
  await settleRefund(tx, {
    refundId: refund.id,
    evidence: { kind: "transaction", namesAmount: true, receipt },
  });
  // What a person has to end stays as it is, and so does one that was told another receipt meanwhile.
  const ownerId = await ownerOfReceipt(tx, { provider: "mpesa", number: receipt });
  return ownerId === refund.id ? ownerId : null;
}

/** Ours already: it only has to be of the amount that we booked, and to have gone the same way. */
async function tick(
  tx: Ctx,
  transaction: ProviderTransaction,
  paymentId: string,
): Promise<Matched> {
  const bookedCents = await amountOfPayment(tx, paymentId, transaction);
  if (bookedCents !== transaction.amountCents) {
    await leave(tx, transaction, "amount_differs", paymentId);
    return { kind: "unmatched", cause: "amount_differs" };
  }
  await mark(tx, transaction, paymentId);
  return { kind: "known", paymentId };
}

async function mark(tx: Ctx, transaction: ProviderTransaction, paymentId: string): Promise<void> {
  await tx.db.providerTransaction.update({
    where: { id: transaction.id },
    data: { standing: "matched", paymentId, cause: null, settledAt: tx.now() },
    select: { id: true },
  });
}

/** The provider has it, and nobody knows whose it is: the books say so until a person does. */
async function suspend(
  tx: Ctx,
  transaction: ProviderTransaction,
  cause: TransactionCause,
): Promise<Matched> {
  const { id, receipt, amountCents } = transaction;
  const taken = await takeReceipt(tx, {
    ...{ provider: "mpesa", number: receipt },
    ...{ paymentId: id, amountCents },
  });
  // A callback was quicker by a moment: its deposit is the owner.
  if (taken.kind === "taken") return tick(tx, transaction, taken.paymentId);
  assert(taken.kind === "new", "no other line has this receipt");
  const movementId = await post(tx, transaction, SUSPENSE_KIND, SUSPENSE);
  await tx.db.providerTransaction.update({
    where: { id },
    data: { standing: "suspense", cause },
    select: { id: true },
  });
  await recordAudit(tx, {
    action: "transaction.in_suspense",
    subjectId: id,
    after: { amount: decimalFromCents(amountCents), receipt, cause, movement: movementId },
  });
  return { kind: "suspense", cause };
}

async function book(
  tx: Ctx,
  transaction: ProviderTransaction,
  kind: string,
  account: AccountRef,
): Promise<Matched> {
  const movementId = await post(tx, transaction, kind, account);
  await tx.db.providerTransaction.update({
    where: { id: transaction.id },
    data: { standing: "booked", settledAt: tx.now() },
    select: { id: true },
  });
  await recordAudit(tx, {
    action: `transaction.${kind}`,
    subjectId: transaction.id,
    after: { amount: decimalFromCents(transaction.amountCents), movement: movementId },
  });
  return { kind: "booked" };
}

/** What the provider holds changes by the line's amount; the account given has the other side. */
async function post(
  tx: Ctx,
  transaction: ProviderTransaction,
  kind: string,
  account: AccountRef,
): Promise<string> {
  const { amountCents } = transaction;
  const { shortcode } = await tx.db.providerAccount.findUniqueOrThrow({
    where: { id: transaction.accountId },
    select: { shortcode: true },
  });
  const posted = await postMovement(tx.db, {
    merchantId: tx.merchantId,
    kind,
    ref: transaction.id,
    now: tx.now(),
    lines: [
      { account: providerAccount(`mpesa:${shortcode}`), amountCents: -amountCents },
      { account, amountCents },
    ],
  });
  assert(posted.kind === "posted", "a line that is fresh was not booked");
  return posted.movementId;
}

/** Nothing is posted: a person looks first. */
async function leave(
  tx: Ctx,
  transaction: ProviderTransaction,
  cause: TransactionCause,
  paymentId: string | null = null,
): Promise<Matched> {
  await tx.db.providerTransaction.update({
    where: { id: transaction.id },
    data: { standing: "unmatched", cause, paymentId },
    select: { id: true },
  });
  await recordAudit(tx, {
    action: "transaction.unmatched",
    subjectId: transaction.id,
    after: {
      ...{ amount: decimalFromCents(transaction.amountCents), receipt: transaction.receipt },
      ...{ cause, payment: paymentId },
    },
  });
  return { kind: "unmatched", cause };
}
