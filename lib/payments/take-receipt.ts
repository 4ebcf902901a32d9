import type { Ctx } from "@/lib/context";
import { isId } from "@/lib/kit/ids";

export type ReceiptTaken =
  /** Nobody had it. */
  | { readonly kind: "new" }
  /** It stood in suspense for somebody unknown: now it is this payment's, and so is its money there. */
  | { readonly kind: "suspense"; readonly transactionId: string }
  /** Another payment has it, it was given back, or it is of another amount: nothing may be credited by it. */
  | { readonly kind: "taken"; readonly paymentId: string };

/**
 * Takes a provider's receipt for one payment, in the caller's transaction. The primary key of the receipts
 * decides between all roads: whoever comes second waits for the first and is told. A receipt whose money
 * is in suspense is handed over once, to a payment of that amount.
 */
export async function takeReceipt(
  tx: Ctx,
  input: { provider: string; number: string; paymentId: string; amountCents: bigint },
): Promise<ReceiptTaken> {
  const { provider, number, paymentId, amountCents } = input;
  const { count } = await tx.db.receipt.createMany({
    data: { provider, number, paymentId, merchantId: tx.merchantId, createdAt: tx.now() },
    skipDuplicates: true,
  });
  if (count === 1) return { kind: "new" };
  const holder = await tx.db.receipt.findUniqueOrThrow({
    where: { provider_number: { provider, number } },
    select: { paymentId: true },
  });
  if (!isId("transaction", holder.paymentId)) return { kind: "taken", ...holder };
  const freed = await tx.db.providerTransaction.updateMany({
    where: { id: holder.paymentId, merchantId: tx.merchantId, standing: "suspense", amountCents },
    data: { standing: "matched", paymentId, cause: null, settledAt: tx.now() },
  });
  if (freed.count === 1) return { kind: "suspense", transactionId: holder.paymentId };
  const transaction = await tx.db.providerTransaction.findUniqueOrThrow({
    where: { id: holder.paymentId },
    select: { paymentId: true },
  });
  return { kind: "taken", paymentId: transaction.paymentId ?? holder.paymentId };
}

/**
 * Whose a receipt is; null when it is free, in suspense waiting for its owner included. For a payment whose
 * amount is given, suspense of another amount is no free one.
 */
export async function ownerOfReceipt(
  ctx: Ctx,
  input: { provider: string; number: string; amountCents?: bigint },
): Promise<string | null> {
  const { provider, number, amountCents } = input;
  const holder = await ctx.db.receipt.findUnique({
    where: { provider_number: { provider, number } },
    select: { paymentId: true },
  });
  if (!holder || !isId("transaction", holder.paymentId)) return holder?.paymentId ?? null;
  const transaction = await ctx.db.providerTransaction.findUniqueOrThrow({
    where: { id: holder.paymentId },
    select: { standing: true, paymentId: true, amountCents: true },
  });
  if (transaction.standing !== "suspense") return transaction.paymentId ?? holder.paymentId;
  const isFree = amountCents === undefined || amountCents === transaction.amountCents;
  return isFree ? null : holder.paymentId;
}
