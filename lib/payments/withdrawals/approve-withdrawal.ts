import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { enqueue } from "@/lib/jobs/queue";
import { oneLine } from "@/lib/kit/one-line";
import { addMs } from "@/lib/kit/time";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { sendWithdrawalJob } from "../jobs";
import { findToDecide } from "./find-to-decide";
import { moveWithdrawal } from "./move-withdrawal";
import { SEND_LEASE_MS, SENDING_ENDS_AFTER_MS } from "./withdrawal-times";

/**
 * Lets a withdrawal that waits for another person go out. False when it waits no longer: somebody decided,
 * it expired, or the customer took it back. For staff other than whoever asked for it; throws
 * `ForbiddenError` for others and `NotFoundError` when it is not this merchant's.
 */
export async function approveWithdrawal(
  ctx: Ctx,
  input: { withdrawalId: string; note?: string },
): Promise<boolean> {
  const withdrawal = await findToDecide(ctx, input.withdrawalId);
  const note = oneLine(input.note ?? "");
  return withTransaction(ctx, async (tx) => {
    const now = tx.now();
    // An approval that comes after its time is none, even before the sweep has said so.
    if (now >= withdrawal.deadlineAt) return false;
    const moved = await moveWithdrawal(tx, withdrawal.id, "approve", {
      decidedById: tx.actor.id,
      decidedAt: now,
      decisionNote: note === "" ? null : note,
      deadlineAt: addMs(now, SENDING_ENDS_AFTER_MS),
      nextCheckAt: addMs(now, SEND_LEASE_MS),
    });
    if (!moved) return false;
    const payload = { merchantId: tx.merchantId, withdrawalId: withdrawal.id };
    await enqueue(tx, sendWithdrawalJob, payload, { key: `withdrawal:${withdrawal.id}` });
    await recordAudit(tx, {
      action: "withdrawal.approved",
      subjectId: withdrawal.id,
      after: { note },
    });
    await emitLiveEvent(tx, withdrawal.customerId, {
      type: "withdrawal_changed",
      payload: { withdrawal_id: withdrawal.id },
    });
    return true;
  });
}
