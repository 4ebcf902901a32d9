import type { Ctx } from "@/lib/context";
import { ownerOfReceipt } from "@/lib/payments/take-receipt";

/**
 * Lines of M-Pesa's books that went out under a receipt, and of which nobody knew what they paid, belong to
 * the payment that has just taken it. Nothing is posted: the payment's own movement booked the money.
 */
export async function tickOutgoing(tx: Ctx, receipt: string | null): Promise<void> {
  if (receipt === null) return;
  const paymentId = await ownerOfReceipt(tx, { provider: "mpesa", number: receipt });
  if (paymentId === null) return;
  await tx.db.providerTransaction.updateMany({
    where: {
      merchantId: tx.merchantId,
      receipt,
      standing: { in: ["fresh", "unmatched"] },
      kind: { in: ["payout", "reversal"] },
    },
    data: { standing: "matched", paymentId, cause: null, settledAt: tx.now() },
  });
}
