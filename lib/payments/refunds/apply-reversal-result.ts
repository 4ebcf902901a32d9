import type { Ctx } from "@/lib/context";
import { unreachable } from "@/lib/kit/assert";
import { stopPayouts } from "@/lib/merchants/stop-payouts";
import { readReversalResult, type InitiatorResult } from "@/lib/providers/daraja/initiator-result";
import { isAboutOperator } from "@/lib/providers/daraja/payout-codes";
import { readReversalCode } from "@/lib/providers/daraja/reversal-codes";
import type { Applied } from "../applied";
import { keepFloat } from "../withdrawals/observe-float";
import { askRefundSoon } from "./ask-refund-soon";
import {
  findAddressedRefund,
  type AddressedRefund,
  type RefundAddress,
} from "./find-addressed-refund";
import { holdRefund } from "./hold-refund";
import { parkRefund } from "./park-refund";
import { DONE_CODES, ORDERED_AGAIN } from "./refund-reasons";
import { ended, failByMessage, settleAsOrdered, settleByMessage } from "./settle-by-message";

export interface ReversalResultMessage extends RefundAddress {
  readonly result: InitiatorResult;
}

/**
 * Works M-Pesa's result of one reversal. It is believed when it came to the address that only M-Pesa was
 * given for this refund and names its order; it may come any number of times, before the order was answered,
 * and after anything else was said. Success, or that the payment went back before, gives it back in the books; a
 * listed refusal puts the money back; everything else is looked up, and in the end a person decides.
 */
export async function applyReversalResult(
  ctx: Omit<Ctx, "merchantId">,
  message: ReversalResultMessage,
): Promise<Applied> {
  const addressed = await findAddressedRefund(ctx, message);
  if ("outcome" in addressed) return addressed;
  const { own, refund } = addressed;
  const { result } = message;
  if (!(await isItsOrder(own, refund, result))) {
    await askRefundSoon(own, refund.id);
    return ended(refund, "quarantined", "names another order than this refund's");
  }
  await keepResult(own, refund, result);
  const { resultCode } = result;
  const said = readReversalCode(resultCode, result.resultText);
  switch (said.class) {
    case "success":
      return applySuccess(own, refund, result);
    case "already_done":
      return settleByMessage(own, refund, {
        ...{ kind: "already_reversed", namesAmount: false, receipt: null },
      });
    case "refused":
      if (isAboutOperator(resultCode)) await stopAccount(own, refund, resultCode);
      return failByMessage(own, refund, { reason: said.reason, said: resultCode });
    case "pending":
      await askRefundSoon(own, refund.id);
      return ended(refund, "applied", `code ${resultCode} settles nothing; asking M-Pesa`);
    case "unknown":
      await holdRefund(own, {
        refundId: refund.id,
        reason: "unknown_code",
        nextCheckAt: own.now(),
      });
      return ended(refund, "applied", `code ${resultCode} is not known; asking M-Pesa`);
    default:
      return unreachable(said);
  }
}

/**
 * M-Pesa makes the order's id, so an order whose answer was lost, or is not there yet, is known by its address
 * alone, as long as the id is no other refund's.
 */
async function isItsOrder(
  ctx: Ctx,
  refund: AddressedRefund,
  { originatorConversationId: originator, conversationId: conversation }: InitiatorResult,
): Promise<boolean> {
  const isKnown = refund.originatorConversationId !== null || refund.conversationId !== null;
  if (isKnown && refund.reason !== ORDERED_AGAIN) {
    if (originator !== null && refund.originatorConversationId !== null)
      return originator === refund.originatorConversationId;
    return conversation !== null && conversation === refund.conversationId;
  }
  return !(await belongsToAnother(ctx, refund, [originator, conversation]));
}

async function belongsToAnother(
  ctx: Ctx,
  { id }: AddressedRefund,
  ids: readonly (string | null)[],
): Promise<boolean> {
  const named = ids.filter((named) => named !== null);
  const another = await ctx.db.refund.findFirst({
    where: {
      id: { not: id },
      OR: [{ originatorConversationId: { in: named } }, { conversationId: { in: named } }],
    },
    select: { id: true },
  });
  return another !== null;
}

async function applySuccess(
  ctx: Ctx,
  refund: AddressedRefund,
  result: InitiatorResult,
): Promise<Applied> {
  const told = readReversalResult(result);
  const { amountCents, originalReceipt, receipt } = told;
  if (told.utilityCents !== null) {
    const name = `mpesa:${refund.account.shortcode}`;
    await keepFloat(ctx, { name, availableCents: told.utilityCents });
  }
  if (originalReceipt !== null && originalReceipt !== refund.receipt) {
    await parkRefund(ctx, { refundId: refund.id, reason: "receipt_mismatch" });
    return ended(refund, "quarantined", "gave back another payment than was ordered");
  }
  return settleAsOrdered(ctx, refund, { kind: "reversal_result", amountCents, receipt });
}

/** Each wrong try brings the operator's password nearer to being locked. */
async function stopAccount(ctx: Ctx, refund: AddressedRefund, reason: string): Promise<void> {
  await stopPayouts(ctx, {
    accountId: refund.account.id,
    reason,
    orderedAt: refund.sentAt ?? refund.createdAt,
  });
}

/** What M-Pesa said, verbatim; that the money went back is not overwritten. */
async function keepResult(
  ctx: Ctx,
  refund: AddressedRefund,
  { resultCode, resultText, originatorConversationId, conversationId }: InitiatorResult,
): Promise<void> {
  const { id } = refund;
  await ctx.db.refund.updateMany({
    where: { id, OR: [{ resultCode: null }, { resultCode: { notIn: [...DONE_CODES] } }] },
    data: { resultCode, resultText, resultAt: ctx.now() },
  });
  if (originatorConversationId !== null) {
    await ctx.db.refund.updateMany({
      where: { id, originatorConversationId: null },
      data: { originatorConversationId },
    });
  }
  if (conversationId === null) return;
  await ctx.db.refund.updateMany({ where: { id, conversationId: null }, data: { conversationId } });
}
