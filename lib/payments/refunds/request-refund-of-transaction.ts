import { withTransaction, type Ctx } from "@/lib/context";
import { ConflictError, NotFoundError } from "@/lib/errors";
import { isId } from "@/lib/kit/ids";
import { takeTurnOf } from "../take-turn-of";
import { findFirst, type Requested } from "./asked-refund";
import { needsAnotherPerson } from "./needs-another-person";
import { announceRefund, insertRefund, newRefund } from "./open-refund";
import { requireOperator } from "./refund-account";
import { findRefundOfForm, keyOfForm, readWhy, requireStaffActor } from "./refund-form";
import { holdRefundMoney } from "./refund-money";
import { takeFromSuspense } from "./refunded-transaction";

/**
 * Takes an order of staff to give money that is nobody's back to whoever paid it: from suspense it goes into
 * transit, and nobody else is given it meanwhile. Above the merchant's limit another person approves. Throws
 * `InvalidInputError` without a reason, `ConflictError` where it is in suspense no longer or cannot go back,
 * `UnavailableError` while the operator is stopped, `ForbiddenError` for anyone but staff and `NotFoundError`
 * when it is not this merchant's. Whatever is thrown, nothing was held.
 */
export async function requestRefundOfTransaction(
  ctx: Ctx,
  request: {
    transactionId: string;
    why: string;
    attemptKey: string;
    /** A second person has looked at it already. */
    isAgreed?: boolean;
  },
): Promise<Requested> {
  requireStaffActor(ctx);
  const transaction = await find(ctx, request.transactionId);
  const { id: transactionId, receipt, amountCents, account } = transaction;
  const why = readWhy(request.why);
  const form = keyOfForm(request.attemptKey, transactionId);
  const { refundId, attemptKey } = await findRefundOfForm(ctx, form);
  if (refundId) return { refundId, existing: true };
  const isHere = transaction.kind === "payment_in" && transaction.standing === "suspense";
  if (!isHere) throw new ConflictError("refund_not_in_suspense");
  if (amountCents % 100n !== 0n) throw new ConflictError("refund_has_cents");
  requireOperator(account);
  return withTransaction(ctx, async (tx) => {
    await takeTurnOf(tx, tx.actor.id);
    const row = newRefund(
      tx,
      {
        ...{ method: "reversal", amountCents, why, attemptKey, receipt },
        ...{ transactionId, accountId: account.id },
      },
      { waits: !request.isAgreed && (await needsAnotherPerson(tx, amountCents)) },
    );
    if (!(await insertRefund(tx, row))) return findFirst(tx, attemptKey);
    await takeFromSuspense(tx, { transactionId, refundId: row.id });
    await holdRefundMoney(tx, { ...row, customerId: null });
    await announceRefund(tx, row, { receipt });
    return { refundId: row.id, existing: false };
  });
}

async function find(ctx: Ctx, id: string) {
  const transaction = isId("transaction", id)
    ? await ctx.db.providerTransaction.findFirst({
        where: { id, merchantId: ctx.merchantId },
        include: { account: true },
      })
    : null;
  if (!transaction) throw new NotFoundError();
  return transaction;
}
