import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { moveDeposit } from "./move-deposit";
import type { DepositReason, MpesaReason } from "./schemas";

/**
 * Ends an open deposit for the screen. The books stay open: proven money arriving later still pays it.
 * False when it was not open any more. With `nextCheckAt` the sweep keeps asking the provider.
 */
export async function failDeposit(
  ctx: Ctx,
  input: { depositId: string; reason: DepositReason | MpesaReason; nextCheckAt?: Date | null },
): Promise<boolean> {
  return withTransaction(ctx, async (tx) => {
    const moved = await moveDeposit(tx, input.depositId, "fail", {
      reason: input.reason,
      failedAt: tx.now(),
      nextCheckAt: input.nextCheckAt ?? null,
    });
    if (!moved) return false;
    const { customerId } = await tx.db.deposit.findUniqueOrThrow({
      where: { id: input.depositId },
      select: { customerId: true },
    });
    await recordAudit(tx, {
      action: "deposit.failed",
      subjectId: input.depositId,
      after: { reason: input.reason },
    });
    await emitLiveEvent(tx, customerId, {
      type: "deposit_failed",
      payload: { deposit_id: input.depositId, reason: input.reason },
    });
    return true;
  });
}
