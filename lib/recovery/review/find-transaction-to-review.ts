import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import type { ProviderTransaction, TransactionStanding } from "@/lib/generated/prisma/client";
import { SubjectEnded } from "./review-action";

/**
 * One line of the provider's books that stands where one of `standings` says. Throws `NotFoundError` when it
 * is not this merchant's, and `SubjectEnded` when it stands elsewhere now.
 */
export async function findTransactionToReview(
  ctx: Ctx,
  transactionId: string,
  standings: readonly TransactionStanding[],
): Promise<ProviderTransaction> {
  const transaction = await ctx.db.providerTransaction.findFirst({
    where: { id: transactionId, merchantId: ctx.merchantId },
  });
  if (!transaction) throw new NotFoundError();
  if (!standings.includes(transaction.standing)) throw new SubjectEnded();
  return transaction;
}
