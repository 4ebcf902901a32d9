import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { VoucherRedemption } from "@/lib/generated/prisma/client";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { moveDeposit } from "./move-deposit";

/**
 * The code is burnt and we cannot prove by whom: the deposit waits for the provider's redemption
 * callback or for a person. It is never failed and never credited on its own.
 */
export async function holdClaim(
  ctx: Ctx,
  claim: VoucherRedemption,
): Promise<{ kind: "in-review" }> {
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.voucherRedemption.updateMany({
      where: { id: claim.id, state: { in: ["redeeming", "unknown"] } },
      data: { state: "unknown", leaseUntil: null },
    });
    if (count === 0) return;
    const moved = await moveDeposit(tx, claim.depositId, "hold", {
      reason: "redeem_unconfirmed",
      nextCheckAt: null,
    });
    if (!moved) return;
    const { customerId } = await tx.db.deposit.findUniqueOrThrow({
      where: { id: claim.depositId },
      select: { customerId: true },
    });
    await recordAudit(tx, {
      action: "deposit.held_for_review",
      subjectId: claim.depositId,
      after: { reason: "redeem_unconfirmed", voucher: claim.codeMasked },
    });
    await emitLiveEvent(tx, customerId, {
      type: "deposit_changed",
      payload: { deposit_id: claim.depositId },
    });
  });
  return { kind: "in-review" };
}
