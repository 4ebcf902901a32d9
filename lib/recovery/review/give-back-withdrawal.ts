import { z } from "zod";
import { failWithdrawal } from "@/lib/payments/withdrawals/fail-withdrawal";
import { CERTAINTIES } from "./actions";
import { findWithdrawalInReview } from "./find-withdrawal-in-review";
import { reviewAction, SubjectEnded } from "./review-action";

const Params = z.object({ certainty: z.enum(CERTAINTIES, { message: "empty" }) });

/** Ends a withdrawal in review as not paid, because a person is certain, and gives all of its money back. */
export const giveBackWithdrawal = reviewAction<z.infer<typeof Params>>({
  params: Params,
  async weigh(ctx, subjectId) {
    const withdrawal = await findWithdrawalInReview(ctx, subjectId, { isContradiction: false });
    const { amountCents, feeCents, customerId, destinationHash } = withdrawal;
    return { amountCents: amountCents + feeCents, customerId, parties: [destinationHash] };
  },
  async carryOut(tx, { subjectId: withdrawalId }) {
    const failed = await failWithdrawal(tx, {
      withdrawalId,
      reason: "declined",
      isCertain: true,
    });
    if (!failed) throw new SubjectEnded();
  },
});
