import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import type { Refund } from "@/lib/generated/prisma/client";
import { failWithdrawal } from "../withdrawals/fail-withdrawal";
import { failRefund } from "./fail-refund";
import { findRefundForStaff } from "./find-refund-to-decide";

/**
 * Takes back a refund while nothing was asked of a provider: the customer has the money again. False when it
 * is too late for that. For whoever asked for it; throws `ForbiddenError` for others and `NotFoundError` when
 * it is not this merchant's.
 */
export async function cancelRefund(ctx: Ctx, input: { refundId: string }): Promise<boolean> {
  const refund = await findRefundForStaff(ctx, input.refundId);
  if (refund.requestedById !== ctx.actor.id) throw new ForbiddenError();
  return withTransaction(ctx, (tx) =>
    refund.withdrawalId === null ? cancel(tx, refund) : cancelVoucher(tx, refund.withdrawalId),
  );
}

async function cancel(tx: Ctx, { id }: Refund): Promise<boolean> {
  // Its row stays locked until the end, so it cannot be sent meanwhile.
  const [waiting] = await tx.db.$queryRaw<{ state: string }[]>`
    SELECT state::text FROM refunds
     WHERE id = ${id} AND state IN ('requested', 'awaiting_approval') FOR UPDATE`;
  if (!waiting) return false;
  return failRefund(tx, { refundId: id, reason: "cancelled", event: eventOf(waiting) });
}

/** Its own row is moved by the withdrawal's: the same order as everywhere, so nobody waits for each other. */
async function cancelVoucher(tx: Ctx, withdrawalId: string): Promise<boolean> {
  const [waiting] = await tx.db.$queryRaw<{ state: string }[]>`
    SELECT state::text FROM withdrawals
     WHERE id = ${withdrawalId} AND state IN ('requested', 'awaiting_approval') FOR UPDATE`;
  if (!waiting) return false;
  return failWithdrawal(tx, { withdrawalId, reason: "cancelled", event: eventOf(waiting) });
}

function eventOf({ state }: { state: string }): "give_up" | "turn_down" {
  return state === "requested" ? "give_up" : "turn_down";
}
