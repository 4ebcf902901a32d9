import { withTransaction, type Ctx } from "@/lib/context";
import { ConflictError, InvalidInputError } from "@/lib/errors";
import { sha256Hex } from "@/lib/crypto";
import { assert } from "@/lib/kit/assert";
import { emitBalance } from "../withdrawals/emit-balance";
import { holdMoney } from "../withdrawals/hold-money";
import { newWithdrawal } from "../withdrawals/new-withdrawal";
import { parseWithdrawal } from "../withdrawals/parse-withdrawal";
import { requirePayouts } from "../withdrawals/payouts-available";
import { standingOfDestination } from "../withdrawals/standing-of-destination";
import { readRules } from "../withdrawals/withdrawal-rules";
import { announceRefund, insertRefund, newRefund } from "./open-refund";
import { findFirst, type AskedRefund, type Requested } from "./asked-refund";
import { takeRefundShare } from "./refund-share";

/**
 * Gives what a voucher paid back by a voucher to an address that staff name: a withdrawal without a fee and
 * without the customer's limits, which goes the way of every withdrawal. Staff named the address, so another
 * person always approves it. Throws as `requestRefund` does.
 */
export async function requestVoucherRefund(
  ctx: Ctx,
  asked: AskedRefund,
  typed: { readonly amount: string; readonly email?: string },
): Promise<Requested> {
  const { deposit, why, attemptKey } = asked;
  const { customerId, paidCents, refundCents } = deposit;
  const to = typed.email ?? "";
  const parsed = parseWithdrawal({ method: "pesavoucher", amount: typed.amount, to });
  const { amountCents, method } = parsed;
  assert(paidCents !== null, "what is paid has an amount");
  if (amountCents > paidCents) throw new InvalidInputError({ amount: "refund_above_left" });
  if (refundCents === paidCents) throw new ConflictError("refund_nothing_left");
  await refuseTwice(ctx, deposit.id);
  await requirePayouts(ctx, { method, rules: await readRules(ctx) });
  const { isOwn } = await standingOfDestination(ctx, { customerId, ...parsed });
  const payout = newWithdrawal(ctx, {
    ...{ parsed, customerId, account: null, feeCents: 0n, isOwnDestination: isOwn },
    attemptKey: sha256Hex(`refund:${attemptKey}`),
  });
  const row = newRefund(
    ctx,
    {
      ...{ method: "payout_voucher", amountCents, why, attemptKey },
      ...{ depositId: deposit.id, customerId, withdrawalId: payout.id },
    },
    { waits: true },
  );
  return withTransaction(ctx, async (tx) => {
    if (!(await insertRefund(tx, row))) return findFirst(tx, attemptKey);
    await takeRefundShare(tx, { depositId: deposit.id, amountCents });
    await tx.db.withdrawal.create({ data: payout, select: { id: true } });
    await holdMoney(tx, payout).catch(refuseSpent);
    await announceRefund(tx, row, {
      ...{ withdrawal: payout.id, to: payout.destinationMasked },
      ...{ to_hash: payout.destinationHash, to_sealed: sha256Hex(payout.destinationCipher) },
    });
    await emitBalance(tx, customerId);
    return { refundId: row.id, existing: false };
  });
}

function refuseSpent(error: unknown): never {
  if (error instanceof InvalidInputError) throw new ConflictError("refund_spent");
  throw error;
}

/** A voucher may have gone out though its money was given back: no second one before a person has looked. */
async function refuseTwice(ctx: Ctx, depositId: string): Promise<void> {
  const open = await ctx.db.refund.findFirst({
    where: { depositId, merchantId: ctx.merchantId, reason: "contradiction" },
    select: { id: true },
  });
  if (open) throw new ConflictError("refund_contradiction");
}
