import type { Ctx } from "@/lib/context";

/**
 * Takes many of M-Pesa's receipts that nobody has, each for its payment, in the caller's transaction and in
 * one order for everybody. False when somebody has one of them by now: then nothing of it may be committed.
 */
export async function takeNewReceipts(
  tx: Ctx,
  receipts: readonly { readonly number: string; readonly paymentId: string }[],
): Promise<boolean> {
  const { merchantId } = tx;
  const createdAt = tx.now();
  const { count } = await tx.db.receipt.createMany({
    data: receipts
      .toSorted((a, b) => (a.number < b.number ? -1 : 1))
      .map((receipt) => ({ ...receipt, provider: "mpesa", merchantId, createdAt })),
    skipDuplicates: true,
  });
  return count === receipts.length;
}
