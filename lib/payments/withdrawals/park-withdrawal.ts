import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { NOT_FOR_A_PERSON } from "./for-a-person";
import { moveWithdrawal } from "./move-withdrawal";

/**
 * Hands a withdrawal of which the provider says that it paid, but not what was ordered, to a person: nothing
 * ends it by itself any more. Where its money was given back before, that is the contradiction a person is
 * shown. What is paid, or waits for a person already, stays as it is.
 */
export async function parkWithdrawal(
  ctx: Ctx,
  input: { withdrawalId: string; reason: "amount_mismatch" | "receipt_reused" },
): Promise<void> {
  const { withdrawalId, reason } = input;
  await withTransaction(ctx, async (tx) => {
    const parked = await moveWithdrawal(
      tx,
      withdrawalId,
      "park",
      { reason, nextCheckAt: null },
      NOT_FOR_A_PERSON,
    );
    const told =
      parked ||
      (await moveWithdrawal(tx, withdrawalId, "contradict", {
        reason: "contradiction",
        nextCheckAt: null,
      }));
    if (!told) return;
    const { customerId } = await tx.db.withdrawal.findUniqueOrThrow({
      where: { id: withdrawalId },
      select: { customerId: true },
    });
    await recordAudit(tx, {
      action: parked ? "withdrawal.held_for_review" : "withdrawal.paid_after_given_back",
      subjectId: withdrawalId,
      after: { reason },
    });
    await emitLiveEvent(tx, customerId, {
      type: "withdrawal_changed",
      payload: { withdrawal_id: withdrawalId },
    });
  });
}
