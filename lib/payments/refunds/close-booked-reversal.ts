import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { GIVEN_BACK_TWICE } from "./refund-reasons";

/**
 * Ends a reversal whose money had been put back, because another refund of the same payment has booked that it
 * went back, in the caller's transaction: M-Pesa reverses a payment once, so nothing moves, and a line of its
 * books that was this one's is the other's. False when it waits for that no longer.
 */
export async function closeBookedReversal(
  tx: Ctx,
  input: { refundId: string; bookedBy: string; decisionId: string },
): Promise<boolean> {
  const { refundId, bookedBy, decisionId } = input;
  const { merchantId } = tx;
  const { count } = await tx.db.refund.updateMany({
    where: {
      ...{ id: refundId, merchantId, method: "reversal" },
      ...{ state: "needs_review", reason: GIVEN_BACK_TWICE },
    },
    data: { state: "failed", reason: "booked_by_another", nextCheckAt: null },
  });
  if (count === 0) return false;
  await tx.db.providerTransaction.updateMany({
    where: { merchantId, kind: "reversal", paymentId: refundId },
    data: { paymentId: bookedBy },
  });
  await recordAudit(tx, {
    action: "refund.booked_by_another",
    subjectId: refundId,
    after: { by: bookedBy, decision: decisionId },
  });
  return true;
}
