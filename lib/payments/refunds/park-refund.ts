import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { moveRefund } from "./move-refund";
import { GIVEN_BACK_TWICE, NOT_FOR_A_PERSON } from "./refund-reasons";

/**
 * Hands a refund of which M-Pesa says that the money went back, but not as it was ordered, to a person:
 * nothing ends it by itself any more. Where the money was put back before, that is the contradiction a person is
 * shown. What is done, or waits for a person already, stays as it is.
 */
export async function parkRefund(
  ctx: Ctx,
  input: { refundId: string; reason: "amount_mismatch" | "receipt_mismatch" | "receipt_reused" },
): Promise<void> {
  const { refundId, reason } = input;
  await withTransaction(ctx, async (tx) => {
    const nextCheckAt = null;
    const parked = await moveRefund(
      tx,
      refundId,
      "park",
      { reason, nextCheckAt },
      NOT_FOR_A_PERSON,
    );
    const contradiction = { reason: GIVEN_BACK_TWICE, nextCheckAt };
    const told = parked || (await moveRefund(tx, refundId, "contradict", contradiction));
    if (!told) return;
    await recordAudit(tx, {
      action: parked ? "refund.held_for_review" : "refund.done_after_put_back",
      subjectId: refundId,
      after: { reason },
    });
  });
}
