import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { SubjectEnded } from "./review-action";

/**
 * One of the merchant's withdrawals that waits for a person: with `isContradiction`, one that was given back
 * and paid as well; without, one whose money is still held. Throws `NotFoundError` and `SubjectEnded`.
 */
export async function findWithdrawalInReview(
  ctx: Ctx,
  withdrawalId: string,
  { isContradiction }: { isContradiction: boolean },
): Promise<Withdrawal> {
  const withdrawal = await ctx.db.withdrawal.findFirst({
    where: { id: withdrawalId, merchantId: ctx.merchantId },
  });
  if (!withdrawal) throw new NotFoundError();
  const { state, reason } = withdrawal;
  if (state !== "needs_review" || (reason === "contradiction") !== isContradiction)
    throw new SubjectEnded();
  return withdrawal;
}
