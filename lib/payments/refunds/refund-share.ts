import type { Ctx } from "@/lib/context";
import { ConflictError } from "@/lib/errors";
import { assert } from "@/lib/kit/assert";
import { moveDeposit } from "../move-deposit";

/**
 * Takes `amountCents` of what a deposit paid for one refund, in the caller's transaction: however many ask at
 * once, never more than was paid is promised. Throws `ConflictError` when so much is not left.
 */
export async function takeRefundShare(
  tx: Ctx,
  input: { depositId: string; amountCents: bigint },
): Promise<void> {
  const { depositId, amountCents } = input;
  const taken = await tx.db.$executeRaw`
    UPDATE deposits SET refund_cents = refund_cents + ${amountCents}
     WHERE id = ${depositId} AND merchant_id = ${tx.merchantId} AND state = 'paid'
       AND refund_cents + ${amountCents} <= paid_cents`;
  if (taken === 0) throw new ConflictError("refund_nothing_left");
}

/** A refund failed: its share may be given back by another one. */
export async function returnRefundShare(
  tx: Ctx,
  input: { depositId: string; amountCents: bigint },
): Promise<void> {
  const { depositId, amountCents } = input;
  const returned = await tx.db.$executeRaw`
    UPDATE deposits SET refund_cents = refund_cents - ${amountCents}
     WHERE id = ${depositId} AND merchant_id = ${tx.merchantId} AND state = 'paid'`;
  assert(returned === 1, "what a refund had taken is still there");
}

/**
 * A refund is done: when with it all that was paid has gone back, the deposit is reversed. True when it
 * is. Two refunds of one deposit that end at once wait for each other here.
 */
export async function reverseWhenAllIsBack(tx: Ctx, depositId: string): Promise<boolean> {
  const [deposit] = await tx.db.$queryRaw<{ paidCents: bigint }[]>`
    SELECT paid_cents AS "paidCents" FROM deposits
     WHERE id = ${depositId} AND merchant_id = ${tx.merchantId} FOR NO KEY UPDATE`;
  assert(deposit, "a refund is of a deposit");
  const { _sum: done } = await tx.db.refund.aggregate({
    where: { depositId, merchantId: tx.merchantId, state: "done" },
    _sum: { amountCents: true },
  });
  if (done.amountCents !== deposit.paidCents) return false;
  return moveDeposit(tx, depositId, "reverse");
}
