import { z } from "zod";
import { recordAudit } from "@/lib/audit";
import { moveDeposit } from "@/lib/payments/move-deposit";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { findDepositToReview, mayBeMarkedNotPaid } from "./find-deposit-to-review";
import { reviewAction, SubjectEnded } from "./review-action";

/** Neither provider said it, so customers read the general sentence: the payment did not go through. */
const NOT_PAID_REASON = "reviewed_not_paid";

const Params = z.object({});

/**
 * Ends a deposit in review, or one that should have ended long ago, as not paid, with any voucher claim whose burning nobody could prove. The books
 * stay open: proof that comes later still pays it.
 */
export const markNotPaid = reviewAction<z.infer<typeof Params>>({
  params: Params,
  async weigh(ctx, subjectId) {
    const deposit = await findDepositToReview(ctx, subjectId);
    if (!mayBeMarkedNotPaid(deposit, ctx.now())) throw new SubjectEnded();
    // Nothing moves: what the customer loses is what they asked for.
    return { amountCents: deposit.askedCents ?? 0n, customerId: null, parties: [] };
  },
  async carryOut(tx, { subjectId }) {
    const { customerId, state, reason: before } = await findDepositToReview(tx, subjectId);
    const reason = NOT_PAID_REASON;
    const ended = { reason, failedAt: tx.now(), nextCheckAt: null };
    const event = state === "needs_review" ? "reject" : "fail";
    if (!(await moveDeposit(tx, subjectId, event, ended))) throw new SubjectEnded();
    await tx.db.voucherRedemption.updateMany({
      where: { depositId: subjectId, state: { in: ["redeeming", "unknown"] } },
      data: { state: "refused", refusal: "not_accepted", leaseUntil: null },
    });
    await recordAudit(tx, {
      action: "deposit.failed",
      subjectId,
      before: { state, reason: before },
      after: { reason },
    });
    await emitLiveEvent(tx, customerId, {
      type: "deposit_failed",
      payload: { deposit_id: subjectId, reason },
    });
  },
});
