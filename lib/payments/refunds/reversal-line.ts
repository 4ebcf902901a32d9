import type { Ctx } from "@/lib/context";
import type { Refund } from "@/lib/generated/prisma/client";

/**
 * M-Pesa's own books may have told of the way back before anybody knew whose it was: that line is this
 * refund's now, and no task any more.
 */
export async function tickReversalLine(tx: Ctx, refund: Refund, receipt: string): Promise<void> {
  await tx.db.providerTransaction.updateMany({
    where: {
      ...{ merchantId: tx.merchantId, accountId: refund.accountId ?? "", receipt },
      ...{ kind: "reversal", standing: "unmatched", amountCents: -refund.amountCents },
    },
    data: { standing: "matched", paymentId: refund.id, cause: null, settledAt: tx.now() },
  });
}
