import { z } from "zod";
import { requestRefundOfTransaction } from "@/lib/payments/refunds/request-refund-of-transaction";
import { findTransactionToReview } from "./find-transaction-to-review";
import { refuseOwnCredit } from "./own-credit";
import { reviewAction } from "./review-action";
import { TypedTick } from "./typed-params";

const Params = z.object({ otherMoney: TypedTick });

/**
 * Orders that money which is nobody's goes back to whoever paid it. Not while it may be what a customer was
 * credited with before.
 */
export const giveBackMoney = reviewAction<z.infer<typeof Params>>({
  params: Params,
  async weigh(ctx, subjectId, { otherMoney }) {
    const line = await findTransactionToReview(ctx, subjectId, ["suspense"]);
    const needsTwo = await refuseOwnCredit(ctx, line, { otherMoney });
    // The refund itself waits for a second person above the limit: two would not agree to it twice.
    const amountCents = needsTwo ? line.amountCents : 0n;
    return { amountCents, customerId: null, parties: [], needsTwo };
  },
  async carryOut(tx, { id: attemptKey, subjectId: transactionId, reason: why }) {
    const { proposedById } = await tx.db.reviewDecision.findUniqueOrThrow({
      where: { id: attemptKey },
      select: { proposedById: true },
    });
    const isAgreed = proposedById !== tx.actor.id;
    await requestRefundOfTransaction(tx, { transactionId, why, attemptKey, isAgreed });
  },
});
