import { z } from "zod";
import type { Ctx } from "@/lib/context";
import { ConflictError, InvalidInputError, NotFoundError } from "@/lib/errors";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { isId } from "@/lib/kit/ids";
import { attachStkReceipt } from "@/lib/payments/attach-stk-receipt";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { ownerOfReceipt } from "@/lib/payments/take-receipt";
import { settleWithdrawal } from "@/lib/payments/withdrawals/settle-withdrawal";
import { attachToRefund, weighRefund } from "./attach-refund";
import { findDepositToReview, mayBeCredited, partiesOfDeposit } from "./find-deposit-to-review";
import { findTransactionToReview } from "./find-transaction-to-review";
import { refuseOwnCredit } from "./own-credit";
import { reviewAction, SubjectEnded, type Weighed } from "./review-action";
import { tickOutgoing } from "./tick-outgoing";
import { TypedId, TypedTick } from "./typed-params";

const Params = z.object({ paymentId: TypedId, otherMoney: TypedTick });
type Params = z.infer<typeof Params>;

/**
 * Says which payment of ours a line of the provider's books is: money in suspense pays an open deposit, or
 * gives a paid one the receipt it lacks; a payout that nobody knew gives its receipt to a withdrawal, and a
 * way back that nobody knew to a refund.
 */
export const attachMoney = reviewAction<Params>({
  params: Params,
  alsoLocks: ({ paymentId }) => [paymentId],
  async weigh(ctx, subjectId, params) {
    const { paymentId } = params;
    const transaction = await findTransactionToReview(ctx, subjectId, ["suspense", "unmatched"]);
    try {
      if (isId("refund", paymentId)) return await weighRefund(ctx, transaction, paymentId);
      return isId("withdrawal", paymentId)
        ? await weighWithdrawal(ctx, transaction, paymentId)
        : await weighDeposit(ctx, transaction, params);
    } catch (error) {
      if (error instanceof NotFoundError) throw new InvalidInputError({ paymentId: "not_found" });
      throw error;
    }
  },
  async carryOut(tx, { id: decisionId, subjectId }, { paymentId }) {
    const transaction = await findTransactionToReview(tx, subjectId, ["suspense", "unmatched"]);
    if (isId("refund", paymentId)) await attachToRefund(tx, transaction, paymentId);
    else if (isId("withdrawal", paymentId)) {
      await attachToWithdrawal(tx, transaction, { paymentId, decisionId });
    } else await attachToDeposit(tx, transaction, { paymentId, decisionId });
  },
});

async function weighDeposit(
  ctx: Ctx,
  transaction: ProviderTransaction,
  { paymentId: depositId, otherMoney }: Params,
): Promise<Weighed> {
  const { standing, amountCents } = transaction;
  if (standing !== "suspense") throw new SubjectEnded();
  const deposit = await findDepositToReview(ctx, depositId);
  const { state, customerId, paidCents, providerReceipt, method } = deposit;
  if (method !== "mpesa") throw new ConflictError("payment_does_not_fit");
  if (state === "paid") {
    if (providerReceipt !== null || paidCents !== amountCents)
      throw new ConflictError("payment_does_not_fit");
    // It was credited before: only a receipt is added.
    return { amountCents, customerId: null, parties: [] };
  }
  if (!mayBeCredited(deposit)) throw new ConflictError("payment_does_not_fit");
  // It would be a second credit if it is what another payment was credited with without a receipt.
  const needsTwo = await refuseOwnCredit(ctx, transaction, { otherMoney, only: "paid" });
  return { amountCents, customerId, parties: partiesOfDeposit(deposit), needsTwo };
}

async function weighWithdrawal(
  ctx: Ctx,
  { standing, cause, amountCents, receipt }: ProviderTransaction,
  withdrawalId: string,
): Promise<Weighed> {
  if (standing !== "unmatched" || cause !== "payout_unknown") throw new SubjectEnded();
  if ((await ownerOfReceipt(ctx, { provider: "mpesa", number: receipt })) !== null)
    throw new ConflictError("receipt_taken");
  const withdrawal = await ctx.db.withdrawal.findFirst({
    where: { id: withdrawalId, merchantId: ctx.merchantId },
  });
  if (!withdrawal) throw new NotFoundError();
  const { state, reason, method, providerReceipt, destinationHash } = withdrawal;
  const isPaid = state === "paid" && providerReceipt === null;
  const isOpen = state === "needs_review" && reason !== "contradiction";
  const isSameAmount = withdrawal.amountCents === -amountCents;
  if (method !== "mpesa" || !isSameAmount || !(isPaid || isOpen))
    throw new ConflictError("payment_does_not_fit");
  return { amountCents: -amountCents, customerId: null, parties: [destinationHash] };
}

interface AttachTo {
  readonly paymentId: string;
  readonly decisionId: string;
}

async function attachToDeposit(
  tx: Ctx,
  transaction: ProviderTransaction,
  { paymentId: depositId, decisionId }: AttachTo,
): Promise<void> {
  const { receipt, amountCents, accountId, occurredAt, payerMasked } = transaction;
  const { state } = await findDepositToReview(tx, depositId);
  if (state === "paid") {
    const paid = { depositId, receipt, paidAt: occurredAt, payerMasked };
    if ((await attachStkReceipt(tx, paid)) !== "attached") throw new SubjectEnded();
    return;
  }
  const settled = await settleDeposit(tx, {
    depositId,
    evidence: { kind: "person", decisionId, amountCents, receipt, accountId },
  });
  if (settled.kind === "already-settled") throw new SubjectEnded();
}

async function attachToWithdrawal(
  tx: Ctx,
  { receipt }: ProviderTransaction,
  { paymentId: withdrawalId, decisionId }: AttachTo,
): Promise<void> {
  const evidence = { kind: "person", decisionId, namesAmount: true, receipt, code: null } as const;
  const settled = await settleWithdrawal(tx, { withdrawalId, evidence });
  if (settled !== "settled" && settled !== "already-settled") throw new SubjectEnded();
  await tickOutgoing(tx, receipt);
}
