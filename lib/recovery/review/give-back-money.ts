import { z } from "zod";
import { requestRefundOfTransaction } from "@/lib/payments/refunds/request-refund-of-transaction";
import { findTransactionToReview } from "./find-transaction-to-review";
import { reviewAction } from "./review-action";

const Params = z.object({});

/** Orders that money which is nobody's goes back to whoever paid it. */
export const giveBackMoney = reviewAction<z.infer<typeof Params>>({
  params: Params,
  async weigh(ctx, subjectId) {
    await findTransactionToReview(ctx, subjectId, ["suspense"]);
    // The refund itself waits for a second person above the limit: two would not agree to it twice.
    return { amountCents: 0n, customerId: null, parties: [] };
  },
  async carryOut(tx, { id: attemptKey, subjectId: transactionId, reason: why }) {
    await requestRefundOfTransaction(tx, { transactionId, why, attemptKey });
  },
});
