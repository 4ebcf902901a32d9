import type { z } from "zod";
import type { Ctx } from "@/lib/context";
import { ConflictError, InvalidInputError } from "@/lib/errors";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { isId } from "@/lib/kit/ids";
import { bookReversalByHand } from "@/lib/payments/refunds/book-reversal-by-hand";
import { accountOfDeposit } from "@/lib/payments/refunds/refund-account";
import { ownerOfReceipt } from "@/lib/payments/take-receipt";
import { refuseSpent } from "./end-refund-contradiction";
import { partiesOfDeposit } from "./find-deposit-to-review";
import { findTransactionToReview } from "./find-transaction-to-review";
import { proposerOf } from "./proposer-of";
import { reviewAction, SubjectEnded, type BindAction } from "./review-action";
import { TypedPayment } from "./typed-payment";

/** Takes what went back from the balance of the customer whose payment it was. */
export const takeReversal = bookReversal("customer");
/** Lets the customer keep it: the merchant has lost the amount. */
export const bookReversalAsLoss = bookReversal("merchant");

/**
 * Says which payment of ours M-Pesa took back without our order, and who bears it: the payment is given back in
 * our books as well, and the line is its way back.
 */
function bookReversal(payer: "customer" | "merchant"): BindAction {
  return reviewAction<z.infer<typeof TypedPayment>>({
    params: TypedPayment,
    alsoLocks: ({ paymentId }) => (isId("deposit", paymentId) ? [paymentId] : []),
    async weigh(ctx, subjectId, { paymentId }) {
      const line = await findReversal(ctx, subjectId);
      const deposit = await findReversed(ctx, line, paymentId);
      await ownReceiptOf(ctx, line, deposit.id);
      const { customerId } = deposit;
      const amountCents = -line.amountCents;
      if (payer === "customer") await refuseSpent(ctx, { customerId, amountCents });
      const gains = payer === "merchant" ? customerId : null;
      return { amountCents, customerId: gains, parties: partiesOfDeposit(deposit) };
    },
    async carryOut(tx, { id: decisionId, subjectId, reason: why }, { paymentId }) {
      const line = await findReversal(tx, subjectId);
      const {
        id: depositId,
        customerId,
        account,
        receipt,
      } = await findReversed(tx, line, paymentId);
      const refundId = await bookReversalByHand(tx, {
        ...{ depositId, customerId, account, receipt, payer, why, decisionId },
        amountCents: -line.amountCents,
        ownReceipt: await ownReceiptOf(tx, line, depositId),
        requestedById: await proposerOf(tx, decisionId),
      });
      const { count } = await tx.db.providerTransaction.updateMany({
        where: { id: subjectId, merchantId: tx.merchantId, standing: "unmatched" },
        data: { standing: "matched", paymentId: refundId, cause: null, settledAt: tx.now() },
      });
      if (count === 0) throw new SubjectEnded();
    },
  });
}

async function findReversal(ctx: Ctx, transactionId: string): Promise<ProviderTransaction> {
  const line = await findTransactionToReview(ctx, transactionId, ["unmatched"]);
  if (line.cause !== "reversal_unknown" || line.amountCents > 0n) throw new SubjectEnded();
  return line;
}

/** The paid deposit that somebody named by its id or its receipt, and that fits the line. */
async function findReversed(ctx: Ctx, line: ProviderTransaction, named: string) {
  const deposit = await ctx.db.deposit.findFirst({
    where: {
      merchantId: ctx.merchantId,
      ...(isId("deposit", named) ? { id: named } : { providerReceipt: named.toUpperCase() }),
    },
    include: {
      stkPush: { select: { accountId: true, phoneHash: true } },
      redemptions: { where: { id: "" }, select: { id: true, state: true } },
    },
  });
  if (!deposit) throw new InvalidInputError({ payment: "not_found" });
  const { state, paidCents, refundCents, providerReceipt: receipt, method } = deposit;
  if (method !== "mpesa") throw new ConflictError("payment_does_not_fit");
  if (state === "reversed") throw new ConflictError("refund_given_back");
  if (state !== "paid" || paidCents === null) throw new ConflictError("refund_not_paid");
  if (receipt === null) throw new ConflictError("refund_no_receipt");
  const isNamedOther = line.originalReceipt !== null && line.originalReceipt !== receipt;
  const account = await accountOfDeposit(ctx, deposit);
  if (isNamedOther || account?.id !== line.accountId)
    throw new ConflictError("payment_does_not_fit");
  if (refundCents - line.amountCents > paidCents) throw new ConflictError("refund_nothing_left");
  return { ...deposit, receipt, account };
}

/** The way back's own receipt; null where M-Pesa's books show it under that of the payment itself. */
async function ownReceiptOf(
  ctx: Ctx,
  { receipt: number }: ProviderTransaction,
  depositId: string,
): Promise<string | null> {
  const ownerId = await ownerOfReceipt(ctx, { provider: "mpesa", number });
  if (ownerId === depositId) return null;
  if (ownerId !== null) throw new ConflictError("receipt_taken");
  return number;
}
