import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { oneLine } from "@/lib/kit/one-line";
import { addMs } from "@/lib/kit/time";
import { approveWithdrawal } from "../withdrawals/approve-withdrawal";
import { SEND_LEASE_MS, SENDING_ENDS_AFTER_MS } from "../withdrawals/withdrawal-times";
import { findRefundToDecide } from "./find-refund-to-decide";
import { moveRefund } from "./move-refund";
import { enqueueSending } from "./open-refund";

/**
 * Lets a refund that waits for another person go out. False when it waits no longer: somebody decided, it
 * expired, or was taken back. For staff other than whoever asked for it or paid; throws `ForbiddenError` for
 * others and `NotFoundError` when it is not this merchant's.
 */
export async function approveRefund(
  ctx: Ctx,
  input: { refundId: string; note?: string },
): Promise<boolean> {
  const refund = await findRefundToDecide(ctx, input.refundId);
  const note = oneLine(input.note ?? "");
  if (refund.withdrawalId !== null) {
    return approveWithdrawal(ctx, { withdrawalId: refund.withdrawalId, note });
  }
  return withTransaction(ctx, async (tx) => {
    const now = tx.now();
    // An approval that comes after its time is none, even before the sweep has said so.
    if (now >= refund.deadlineAt) return false;
    const moved = await moveRefund(tx, refund.id, "approve", {
      decidedById: tx.actor.id,
      decidedAt: now,
      decisionNote: note === "" ? null : note,
      deadlineAt: addMs(now, SENDING_ENDS_AFTER_MS),
      nextCheckAt: addMs(now, SEND_LEASE_MS),
    });
    if (!moved) return false;
    await enqueueSending(tx, refund.id);
    await recordAudit(tx, {
      action: "refund.approved",
      subjectId: refund.id,
      after: { note },
    });
    return true;
  });
}
