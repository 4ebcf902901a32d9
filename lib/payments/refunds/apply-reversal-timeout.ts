import type { Ctx } from "@/lib/context";
import type { parseTimeout } from "@/lib/providers/daraja/initiator-result";
import type { Applied } from "../applied";
import { askRefundSoon } from "./ask-refund-soon";
import { findAddressedRefund, type RefundAddress } from "./find-addressed-refund";
import { ended } from "./settle-by-message";

export interface ReversalTimeoutMessage extends RefundAddress {
  readonly timeout: ReturnType<typeof parseTimeout>;
}

/**
 * Works M-Pesa's word that an order waited too long in its queue. That says nothing about the money: nothing
 * is put back and nothing ordered again, M-Pesa is asked. A result that comes later counts as ever.
 */
export async function applyReversalTimeout(
  ctx: Omit<Ctx, "merchantId">,
  message: ReversalTimeoutMessage,
): Promise<Applied> {
  const addressed = await findAddressedRefund(ctx, message);
  if ("outcome" in addressed) return addressed;
  const { own, refund } = addressed;
  const { originatorConversationId: named } = message.timeout;
  const known = refund.originatorConversationId;
  if (named !== null && known !== null && named !== known) {
    return ended(refund, "quarantined", "names another order than this refund's");
  }
  const { count } = await own.db.refund.updateMany({
    where: { id: refund.id, timedOutAt: null },
    data: { timedOutAt: own.now() },
  });
  await askRefundSoon(own, refund.id);
  return count === 1
    ? ended(refund, "applied", "waited too long in M-Pesa's queue; asking M-Pesa")
    : ended(refund, "duplicate", "told before");
}

/** Works M-Pesa's word that a look-up waited too long: nothing is learnt, and it is due again anyway. */
export async function applyRefundStatusTimeout(
  ctx: Omit<Ctx, "merchantId">,
  message: ReversalTimeoutMessage,
): Promise<Applied> {
  const addressed = await findAddressedRefund(ctx, message);
  if ("outcome" in addressed) return addressed;
  return ended(addressed.refund, "applied", "the look-up waited too long; M-Pesa is asked again");
}
