import { z } from "zod";
import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { matchTransaction } from "../transactions/match-transaction";
import { findDepositToReview, mayBeCredited, partiesOfDeposit } from "./find-deposit-to-review";
import { refuseUsedReceipt } from "./refuse-used-receipt";
import { reviewAction, SubjectEnded } from "./review-action";
import { readTold } from "./told";
import { TypedId } from "./typed-params";

const Params = z.object({ queryId: TypedId });

/**
 * Credits a deposit with a payment that M-Pesa, asked about its receipt, says it made to us: of another
 * amount than was asked for, or so large that two people look at it.
 */
export const creditProven = reviewAction<z.infer<typeof Params>>({
  params: Params,
  async weigh(ctx, subjectId, { queryId }) {
    const deposit = await findDepositToReview(ctx, subjectId);
    if (deposit.method !== "mpesa" || !mayBeCredited(deposit)) throw new SubjectEnded();
    const { receipt, amountCents } = await findProof(ctx, subjectId, queryId);
    await refuseUsedReceipt(ctx, { provider: "mpesa", receipt, amountCents });
    return { amountCents, customerId: deposit.customerId, parties: partiesOfDeposit(deposit) };
  },
  async carryOut(tx, { subjectId }, { queryId }) {
    const { transactionId, ...proof } = await findProof(tx, subjectId, queryId);
    const settled = await settleDeposit(tx, {
      depositId: subjectId,
      evidence: { kind: "status", ...proof },
    });
    if (settled.kind === "already-settled") throw new SubjectEnded();
    await matchTransaction(tx, { transactionId });
    await tx.db.receiptQuery.update({
      where: { id: queryId },
      data: { outcome: "credited" },
      select: { id: true },
    });
  },
});

/** What M-Pesa said, as far as it proves a payment to us. */
async function findProof(ctx: Ctx, depositId: string, queryId: string) {
  const query = await ctx.db.receiptQuery.findFirst({
    where: { id: queryId, depositId, merchantId: ctx.merchantId },
  });
  if (!query) throw new NotFoundError();
  const told = readTold(query.told);
  if (!told?.transactionId) throw new NotFoundError();
  return {
    transactionId: told.transactionId,
    accountId: query.accountId,
    amountCents: told.amountCents,
    receipt: query.receipt,
    paidAt: told.finishedAt,
    payerMasked: told.payer,
  };
}
