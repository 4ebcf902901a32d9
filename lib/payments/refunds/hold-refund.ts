import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { moveRefund } from "./move-refund";
import { ORDERED_AGAIN, ORDERED_ONCE } from "./refund-reasons";

/**
 * Hands a refund whose outcome nobody knows to a person; its money stays held. False when it has ended, or
 * waits for a person already. With `nextCheckAt` the look-ups go on: a proof still ends it. One that was
 * ordered again stays known as such, whatever it is held for.
 */
export async function holdRefund(
  ctx: Ctx,
  input: {
    refundId: string;
    reason: "unconfirmed" | "unknown_code" | typeof ORDERED_AGAIN;
    nextCheckAt: Date | null;
  },
): Promise<boolean> {
  const { refundId, reason, nextCheckAt } = input;
  return withTransaction(ctx, async (tx) => {
    const held =
      (await moveRefund(tx, refundId, "hold", { reason, nextCheckAt }, ORDERED_ONCE)) ||
      (await moveRefund(tx, refundId, "hold", { nextCheckAt }, { reason: ORDERED_AGAIN }));
    if (!held) return false;
    await recordAudit(tx, {
      action: "refund.held_for_review",
      subjectId: refundId,
      after: { reason },
    });
    return true;
  });
}
