import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { addMs } from "@/lib/kit/time";
import { SEND_LEASE_MS, SENDING_ENDS_AFTER_MS } from "../withdrawals/withdrawal-times";
import { findRefundForStaff } from "./find-refund-to-decide";
import { moveRefund } from "./move-refund";
import { enqueueSending } from "./open-refund";
import { requireOperator } from "./refund-account";
import { readWhy } from "./refund-form";
import { ORDERED_AGAIN, type RefundReason } from "./refund-reasons";

/** What a person may order again: nobody could say what became of it. */
const MAY_BE_ORDERED_AGAIN = [
  "unconfirmed",
  "unknown_code",
  ORDERED_AGAIN,
] as const satisfies readonly RefundReason[];

/** True for a refund that a person may order again. */
export function mayOrderAgain(refund: {
  readonly method: string;
  readonly state: string;
  readonly reason: string | null;
}): boolean {
  const { method, state, reason } = refund;
  const isOpen = MAY_BE_ORDERED_AGAIN.some((known) => known === reason);
  return method === "reversal" && state === "needs_review" && isOpen;
}

/**
 * Orders a refund once more whose outcome nobody could tell: M-Pesa reverses a payment once, so a second order
 * of one that arrived is answered with "reversed before". From here on no refusal puts the money back by
 * itself, for it may be about either order. False when it is open no longer. For staff, with a reason; throws
 * `ForbiddenError` for others, `InvalidInputError` without a reason, `NotFoundError` when it is not this
 * merchant's, and `UnavailableError` while its operator is stopped.
 */
export async function orderRefundAgain(
  ctx: Ctx,
  input: { refundId: string; note: string },
): Promise<boolean> {
  const refund = await findRefundForStaff(ctx, input.refundId);
  const note = readWhy(input.note, "note");
  if (!mayOrderAgain(refund)) return false;
  const id = refund.accountId ?? "";
  requireOperator(await ctx.db.providerAccount.findUnique({ where: { id } }));
  return withTransaction(ctx, async (tx) => {
    const now = tx.now();
    const moved = await moveRefund(
      tx,
      refund.id,
      "order_again",
      {
        reason: ORDERED_AGAIN,
        conversationId: null,
        originatorConversationId: null,
        deadlineAt: addMs(now, SENDING_ENDS_AFTER_MS),
        nextCheckAt: addMs(now, SEND_LEASE_MS),
      },
      { method: "reversal", reason: { in: [...MAY_BE_ORDERED_AGAIN] } },
    );
    if (!moved) return false;
    await enqueueSending(tx, refund.id);
    const { conversationId, originatorConversationId } = refund;
    await recordAudit(tx, {
      action: "refund.ordered_again",
      subjectId: refund.id,
      before: { conversationId, originatorConversationId },
      after: { note },
    });
    return true;
  });
}
