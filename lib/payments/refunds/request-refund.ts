import { withTransaction, type Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import { ConflictError, InvalidInputError, NotFoundError } from "@/lib/errors";
import type { Deposit } from "@/lib/generated/prisma/client";
import { isId } from "@/lib/kit/ids";
import { oneAtATime } from "@/lib/kit/one-at-a-time";
import { takeTurnOf } from "../take-turn-of";
import { emitBalance } from "../withdrawals/emit-balance";
import { findFirst, type AskedRefund, type RefundedDeposit, type Requested } from "./asked-refund";
import { needsAnotherPerson } from "./needs-another-person";
import { announceRefund, insertRefund, newRefund } from "./open-refund";
import { centsFromTyped } from "./read-refund-amount";
import { accountOfDeposit, requireOperator } from "./refund-account";
import { findRefundOfForm, keyOfForm, readWhy, requireStaffActor } from "./refund-form";
import { holdRefundMoney } from "./refund-money";
import { takeRefundShare } from "./refund-share";
import { requestVoucherRefund } from "./request-voucher-refund";

export interface RefundRequest {
  readonly depositId: string;
  /** In shillings, as typed. M-Pesa gives back whole payments only. */
  readonly amount: string;
  /** What staff write; kept, and shown to whoever approves. */
  readonly why: string;
  /** Where the voucher goes; vouchers only. */
  readonly email?: string;
  readonly attemptKey: string;
}

/**
 * Takes an order of staff to give a paid deposit back: holds the customer's money and puts the refund in line,
 * or before another person, all in one transaction. Nothing is asked of a provider here. An M-Pesa payment
 * goes back whole to the phone that paid; a voucher's in any part, by a voucher to an address that staff give,
 * which another person always approves. The same form again gives the first refund, unless that one failed.
 *
 * Throws `InvalidInputError` naming the field's problem, `ConflictError` where this deposit cannot go back
 * or the customer has spent it, and `UnavailableError` while the way back is shut. Whatever is thrown, nothing
 * was held.
 */
export async function requestRefund(ctx: Ctx, request: RefundRequest): Promise<Requested> {
  requireStaffActor(ctx);
  const deposit = await findDeposit(ctx, request.depositId);
  const why = readWhy(request.why);
  const email = request.email?.trim().toLowerCase() ?? "";
  const form = keyOfForm(request.attemptKey, deposit.id, request.amount.trim(), email);
  const { refundId, attemptKey } = await findRefundOfForm(ctx, form);
  if (refundId) return { refundId, existing: true };
  refuseUnpaid(deposit);
  const asked = { deposit, why, attemptKey };
  // All refunds of one deposit wait for one row; in line here they leave the connections to the others.
  return oneAtATime(`refunds of ${deposit.id}`, () =>
    deposit.method === "mpesa"
      ? requestReversal(ctx, asked, request.amount)
      : requestVoucherRefund(ctx, asked, request),
  );
}

async function findDeposit(ctx: Ctx, id: string): Promise<RefundedDeposit> {
  const deposit = isId("deposit", id)
    ? await ctx.db.deposit.findFirst({
        where: { id, merchantId: ctx.merchantId },
        include: { stkPush: { select: { phoneHash: true } } },
      })
    : null;
  if (!deposit) throw new NotFoundError();
  return deposit;
}

function refuseUnpaid({ state }: Deposit): void {
  if (state === "reversed") throw new ConflictError("refund_given_back");
  if (state !== "paid") throw new ConflictError("refund_not_paid");
}

async function requestReversal(ctx: Ctx, asked: AskedRefund, amount: string): Promise<Requested> {
  const { deposit, why, attemptKey } = asked;
  const { customerId, paidCents, providerReceipt: receipt } = deposit;
  const amountCents = centsFromTyped(amount);
  if (amountCents !== paidCents) throw new InvalidInputError({ amount: "refund_whole_only" });
  // M-Pesa takes whole shillings in an order, whatever it once brought.
  if (amountCents % 100n !== 0n) throw new ConflictError("refund_has_cents");
  // Attached first, then given back: M-Pesa reverses a receipt, and knows no other name.
  if (receipt === null) throw new ConflictError("refund_no_receipt");
  const account = await accountOfDeposit(ctx, deposit);
  requireOperator(account);
  return withTransaction(ctx, async (tx) => {
    await takeTurnOf(tx, tx.actor.id);
    const row = newRefund(
      tx,
      {
        ...{ method: "reversal", amountCents, why, attemptKey, receipt },
        ...{ depositId: deposit.id, customerId, accountId: account.id },
      },
      { waits: await needsAnother(tx, deposit, amountCents) },
    );
    if (!(await insertRefund(tx, row))) return findFirst(tx, attemptKey);
    await takeRefundShare(tx, { depositId: deposit.id, amountCents });
    await holdRefundMoney(tx, { ...row, customerId });
    await announceRefund(tx, row, { receipt });
    await emitBalance(tx, customerId);
    return { refundId: row.id, existing: false };
  });
}

/** Above the merchant's limit, and for whoever made the payment, a second person decides. */
async function needsAnother(
  tx: Ctx,
  { stkPush }: RefundedDeposit,
  amountCents: bigint,
): Promise<boolean> {
  const user = await tx.db.user.findUnique({
    where: { id: tx.actor.id },
    select: { phone: true },
  });
  if (user?.phone && stkPush && keyedHash("phone", user.phone) === stkPush.phoneHash) return true;
  return needsAnotherPerson(tx, amountCents);
}
