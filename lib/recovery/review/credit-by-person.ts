import { z } from "zod";
import type { Ctx } from "@/lib/context";
import { ConflictError, InvalidInputError } from "@/lib/errors";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { matchTransaction } from "../transactions/match-transaction";
import { accountOfDeposit, mayBeAsked } from "./account-of-deposit";
import {
  findDepositToReview,
  mayBeCredited,
  partiesOfDeposit,
  type DepositToReview,
} from "./find-deposit-to-review";
import { refuseUsedReceipt } from "./refuse-used-receipt";
import { reviewAction, SubjectEnded } from "./review-action";
import { centsOf, MaybeReceipt, TypedAmount } from "./typed-params";

const Params = z.object({
  creditAmount: TypedAmount,
  /** M-Pesa's, as the customer's SMS shows it; a voucher has none. */
  receipt: MaybeReceipt,
});
type Params = z.infer<typeof Params>;

/** How a question about a receipt ended that told nothing: only then a person's word takes its place. */
const TOLD_NOTHING = ["unanswered", "refused", "unclear"];

/**
 * Credits a deposit with a person's word, where the provider cannot be asked, or told nothing, or where a
 * voucher's code was burnt and nobody knows by whom. Receipts and movements refuse a second credit.
 */
export const creditByPerson = reviewAction<Params>({
  params: Params,
  async weigh(ctx, subjectId, params) {
    const deposit = await findDepositToReview(ctx, subjectId);
    const amountCents = centsOf(params.creditAmount);
    if (deposit.method === "mpesa") await weighMpesa(ctx, deposit, params, amountCents);
    else claimToCredit(deposit);
    return { amountCents, customerId: deposit.customerId, parties: partiesOfDeposit(deposit) };
  },
  async carryOut(tx, { id: decisionId, subjectId }, params) {
    const deposit = await findDepositToReview(tx, subjectId);
    const proof = {
      kind: "person",
      decisionId,
      amountCents: centsOf(params.creditAmount),
    } as const;
    const lines = await lockLines(tx, params.receipt);
    const settled = await settleDeposit(tx, {
      depositId: subjectId,
      evidence:
        deposit.method === "mpesa"
          ? { ...proof, ...(await whereItWent(tx, deposit, params)) }
          : { ...proof, redemptionId: claimToCredit(deposit) },
    });
    if (settled.kind === "already-settled") throw new SubjectEnded();
    for (const transactionId of lines) await matchTransaction(tx, { transactionId });
  },
});

async function weighMpesa(
  ctx: Ctx,
  deposit: DepositToReview,
  { receipt }: Params,
  amountCents: bigint,
): Promise<void> {
  if (!mayBeCredited(deposit)) throw new SubjectEnded();
  if (receipt === null) throw new InvalidInputError({ receipt: "empty" });
  await refuseUsedReceipt(ctx, { provider: "mpesa", receipt, amountCents });
  if (!mayBeAsked(await accountOfDeposit(ctx, deposit))) return;
  const asked = await ctx.db.receiptQuery.findFirst({
    where: { depositId: deposit.id, receipt, outcome: { in: TOLD_NOTHING } },
    select: { id: true },
  });
  if (!asked) throw new ConflictError("ask_mpesa_first");
}

/** The one code whose burning nobody can prove. Several at once are no case for one button. */
function claimToCredit({ state, redemptions }: DepositToReview): string {
  const [claim, ...others] = redemptions.filter(({ state }) => state === "unknown");
  if (state !== "needs_review" || !claim || others.length > 0) throw new SubjectEnded();
  return claim.id;
}

async function whereItWent(
  tx: Ctx,
  deposit: DepositToReview,
  { receipt }: Params,
): Promise<{ receipt: string; accountId: string }> {
  const account = await accountOfDeposit(tx, deposit);
  if (receipt === null || account === null) throw new ConflictError("mpesa_not_set_up");
  return { receipt, accountId: account.id };
}

/**
 * Lines of M-Pesa's books that nobody has matched yet and that are this deposit's by their receipt, locked
 * before that is taken: whoever matches one of them locks it and takes the receipt in this order.
 */
async function lockLines(tx: Ctx, receipt: string | null): Promise<string[]> {
  if (receipt === null) return [];
  const lines = await tx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM provider_transactions
     WHERE merchant_id = ${tx.merchantId} AND receipt = ${receipt} AND standing = 'fresh'
     ORDER BY id FOR NO KEY UPDATE`;
  return lines.map(({ id }) => id);
}
