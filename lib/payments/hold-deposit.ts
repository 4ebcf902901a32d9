import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { moveDeposit } from "./move-deposit";
import type { MpesaReason } from "./schemas";

/**
 * Hands an M-Pesa deposit that machines cannot settle to a person. False when it is paid, or waits for a
 * person already. With `nextCheckAt` the sweep keeps asking: a proof that comes later still settles it.
 */
export async function holdDeposit(
  ctx: Ctx,
  input: { depositId: string; reason: MpesaReason; nextCheckAt: Date | null },
): Promise<boolean> {
  const { depositId, reason, nextCheckAt } = input;
  return withTransaction(ctx, async (tx) => {
    if (!(await moveDeposit(tx, depositId, "hold", { reason, nextCheckAt }))) return false;
    const { customerId } = await tx.db.deposit.findUniqueOrThrow({
      where: { id: depositId },
      select: { customerId: true },
    });
    await recordAudit(tx, {
      action: "deposit.held_for_review",
      subjectId: depositId,
      after: { reason },
    });
    await emitLiveEvent(tx, customerId, {
      type: "deposit_changed",
      payload: { deposit_id: depositId },
    });
    return true;
  });
}
