import type { Ctx } from "@/lib/context";
import { unreachable } from "@/lib/kit/assert";
import { stopPayouts } from "@/lib/merchants/stop-payouts";
import {
  readTransactionStatus,
  type InitiatorResult,
} from "@/lib/providers/daraja/initiator-result";
import { isAboutOperator, readStatusCode } from "@/lib/providers/daraja/payout-codes";
import type { Applied } from "../applied";
import type { ReversalResultMessage } from "./apply-reversal-result";
import { findAddressedRefund, type AddressedRefund } from "./find-addressed-refund";
import { ended, failByMessage, settleAsOrdered } from "./settle-by-message";

/**
 * Works the answer to a look-up of one reversal. What M-Pesa calls final decides: completed gives it back in
 * the books; cancelled, declined and expired put the money back. An order it does not know, or not yet, proves
 * nothing: it is asked again, and in the end a person decides.
 */
export async function applyRefundStatus(
  ctx: Omit<Ctx, "merchantId">,
  message: ReversalResultMessage,
): Promise<Applied> {
  const addressed = await findAddressedRefund(ctx, message);
  if ("outcome" in addressed) return addressed;
  const { own, refund } = addressed;
  const { result } = message;
  await keepStatus(own, refund, result);
  const said = readStatusCode(result.resultCode, result.resultText);
  switch (said.class) {
    case "success":
      return applyStatus(own, refund, result);
    case "not_found":
      return ended(refund, "applied", "M-Pesa does not know it, which proves nothing");
    case "setup":
      if (isAboutOperator(result.resultCode)) await stopAccount(own, refund, result);
      return ended(refund, "refused", `the look-up itself was refused: ${result.resultCode}`);
    case "pending":
    case "unknown":
      return ended(refund, "applied", `code ${result.resultCode} settles nothing`);
    default:
      return unreachable(said.class);
  }
}

/** Each further question would bring the operator's password nearer to being locked. */
async function stopAccount(
  ctx: Ctx,
  refund: AddressedRefund,
  { resultCode: reason }: InitiatorResult,
): Promise<void> {
  const orderedAt = refund.statusAskedAt ?? refund.createdAt;
  await stopPayouts(ctx, { accountId: refund.account.id, reason, orderedAt });
}

async function applyStatus(
  ctx: Ctx,
  refund: AddressedRefund,
  result: InitiatorResult,
): Promise<Applied> {
  const told = readTransactionStatus(result);
  const doubt = doubtAbout(refund, told);
  if (doubt) return ended(refund, "quarantined", doubt);
  switch (told.status) {
    case "completed":
      return settleAsOrdered(ctx, refund, {
        ...{ kind: "status_result", amountCents: told.amountCents, receipt: told.receipt },
      });
    case "cancelled":
    case "declined":
    case "expired":
      return failByMessage(ctx, refund, { reason: "declined", said: told.status });
    case "pending":
      return ended(refund, "applied", "M-Pesa has not finished it");
    case "unclear":
    case null:
      return ended(refund, "applied", "the answer names no state we know");
    default:
      return unreachable(told.status);
  }
}

type Told = ReturnType<typeof readTransactionStatus>;

/** Which order it is about is what the address says, and what it says itself: one of two ids, and neither another's. */
function doubtAbout(refund: AddressedRefund, told: Told): string | null {
  const { originatorConversationId: originator, conversationId: conversation } = told;
  const isOurs =
    (originator !== null && originator === refund.originatorConversationId) ||
    (conversation !== null && conversation === refund.conversationId);
  if (!isOurs && originator === null && conversation === null)
    return "does not say which order it is about";
  const isOthers =
    !isOurs ||
    (originator !== null &&
      refund.originatorConversationId !== null &&
      originator !== refund.originatorConversationId) ||
    (conversation !== null &&
      refund.conversationId !== null &&
      conversation !== refund.conversationId);
  if (isOthers) return "about another order than this one";
  // The payment itself stays completed whatever becomes of its way back.
  return told.receipt === refund.receipt ? "about the payment, not about its way back" : null;
}

/** What the last look-up said, verbatim; it was answered, so the count of silent ones starts anew. */
async function keepStatus(
  ctx: Ctx,
  refund: AddressedRefund,
  { resultCode: statusCode, resultText: statusText }: InitiatorResult,
): Promise<void> {
  await ctx.db.refund.update({
    where: { id: refund.id },
    data: { statusCode, statusText, statusAt: ctx.now(), statusAsks: 0 },
    select: { id: true },
  });
}
