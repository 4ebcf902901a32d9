import type { Ctx } from "@/lib/context";
import { isId } from "@/lib/kit/ids";

export type ReceiptTaken =
  /** Nobody had it. */
  | { readonly kind: "new" }
  /** It stood in suspense for somebody unknown: now it is this payment's, and so is its money there. */
  | { readonly kind: "suspense"; readonly transactionId: string; readonly amountCents: bigint }
  /** Another payment has it, or it was given back: nothing may be credited by it. */
  | { readonly kind: "taken"; readonly paymentId: string };

/**
 * Takes a provider's receipt for one payment, in the caller's transaction. The primary key of the receipts
 * decides between all roads: whoever comes second waits for the first and is told. A receipt whose money
 * is in suspense is handed over once.
 */
export async function takeReceipt(
  tx: Ctx,
  input: { provider: string; number: string; paymentId: string },
): Promise<ReceiptTaken> {
  const { provider, number, paymentId } = input;
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
    where: { id: holder.paymentId, merchantId: tx.merchantId, standing: "suspense" },
    data: { standing: "matched", paymentId, cause: null, settledAt: tx.now() },
  });
  const transaction = await tx.db.providerTransaction.findUniqueOrThrow({
    where: { id: holder.paymentId },
    select: { paymentId: true, amountCents: true },
  });
  if (freed.count === 0)
    return { kind: "taken", paymentId: transaction.paymentId ?? holder.paymentId };
  const { amountCents } = transaction;
  return { kind: "suspense", transactionId: holder.paymentId, amountCents };
}

/** Whose a receipt is; null when it is free, in suspense waiting for its owner included. */
export async function ownerOfReceipt(
  ctx: Ctx,
  input: { provider: string; number: string },
): Promise<string | null> {
  const holder = await ctx.db.receipt.findUnique({
    where: { provider_number: input },
    select: { paymentId: true },
  });
  if (!holder || !isId("transaction", holder.paymentId)) return holder?.paymentId ?? null;
  const { standing, paymentId } = await ctx.db.providerTransaction.findUniqueOrThrow({
    where: { id: holder.paymentId },
    select: { standing: true, paymentId: true },
  });
  return standing === "suspense" ? null : (paymentId ?? holder.paymentId);
}
