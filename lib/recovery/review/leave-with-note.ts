import { z } from "zod";
import { isId } from "@/lib/kit/ids";
import { findDrift, isDrift } from "./drift";
import { findTransactionToReview } from "./find-transaction-to-review";
import { findMessageToReview } from "./read-message-panel";
import { reviewAction, SubjectEnded } from "./review-action";

const Params = z.object({});

/**
 * Leaves a line of the provider's books, a message or a difference as it is: the reason says why, and it is
 * no task any more.
 */
export const leaveWithNote = reviewAction<z.infer<typeof Params>>({
  params: Params,
  async weigh(ctx, subjectId) {
    // Nothing moves.
    const nobody = { amountCents: 0n, customerId: null, parties: [] };
    if (isDrift(subjectId)) {
      if ((await findDrift(ctx, subjectId)).isExplained) throw new SubjectEnded();
      return nobody;
    }
    if (isId("message", subjectId)) {
      if ((await findMessageToReview(ctx, subjectId)).isLeft) throw new SubjectEnded();
      return nobody;
    }
    const standings = ["suspense", "unmatched"] as const;
    const { notedAt } = await findTransactionToReview(ctx, subjectId, standings);
    if (notedAt !== null) throw new SubjectEnded();
    return nobody;
  },
  async carryOut(tx, { subjectId }) {
    // The decision itself is the note about a difference, and about a message.
    if (isDrift(subjectId) || isId("message", subjectId)) return;
    const { count } = await tx.db.providerTransaction.updateMany({
      where: { id: subjectId, merchantId: tx.merchantId, notedAt: null },
      data: { notedAt: tx.now() },
    });
    if (count === 0) throw new SubjectEnded();
  },
});
