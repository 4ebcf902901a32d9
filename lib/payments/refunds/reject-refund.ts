import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { rejectWithdrawal } from "../withdrawals/reject-withdrawal";
import { failRefund } from "./fail-refund";
import { findRefundToDecide } from "./find-refund-to-decide";
import { readWhy } from "./refund-form";

/**
 * Turns down a refund that waits for another person, with a reason in words, and gives the money back to the
 * customer's balance. False when it waits no longer. For staff other than whoever asked for it or paid;
 * throws `InvalidInputError` without a reason, `ForbiddenError` for others and `NotFoundError` when it is not
 * this merchant's.
 */
export async function rejectRefund(
  ctx: Ctx,
  input: { refundId: string; note: string },
): Promise<boolean> {
  const refund = await findRefundToDecide(ctx, input.refundId);
  const note = readWhy(input.note, "note");
  if (refund.withdrawalId !== null) {
    return rejectWithdrawal(ctx, { withdrawalId: refund.withdrawalId, note });
  }
  return withTransaction(ctx, async (tx) => {
    // Only what still waits: the state is checked again by the move itself.
    const { count } = await tx.db.refund.updateMany({
      where: { id: refund.id, state: "awaiting_approval" },
      data: { decidedById: tx.actor.id, decidedAt: tx.now(), decisionNote: note },
    });
    if (count === 0) return false;
    await recordAudit(tx, { action: "refund.rejected", subjectId: refund.id, after: { note } });
    return failRefund(tx, { refundId: refund.id, reason: "rejected", event: "turn_down" });
  });
}
