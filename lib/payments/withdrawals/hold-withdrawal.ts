import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { moveWithdrawal } from "./move-withdrawal";

/**
 * Hands a withdrawal whose outcome nobody knows to a person; its money stays held. False when it has ended,
 * or waits for a person already. With `nextCheckAt` the look-ups go on: a proof still ends it.
 */
export async function holdWithdrawal(
  ctx: Ctx,
  input: {
    withdrawalId: string;
    reason: "unconfirmed" | "unknown_code";
    nextCheckAt: Date | null;
  },
): Promise<boolean> {
  const { withdrawalId, reason, nextCheckAt } = input;
  return withTransaction(ctx, async (tx) => {
    const moved = await moveWithdrawal(tx, withdrawalId, "hold", {
      reason,
      nextCheckAt,
    });
    if (!moved) return false;
    const { customerId } = await tx.db.withdrawal.findUniqueOrThrow({
      where: { id: withdrawalId },
      select: { customerId: true },
    });
    await recordAudit(tx, {
      action: "withdrawal.held_for_review",
      subjectId: withdrawalId,
      after: { reason },
    });
    await emitLiveEvent(tx, customerId, {
      type: "withdrawal_changed",
      payload: { withdrawal_id: withdrawalId },
    });
    return true;
  });
}
