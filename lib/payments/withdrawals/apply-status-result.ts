import type { Ctx } from "@/lib/context";
import { unreachable } from "@/lib/kit/assert";
import { stopPayouts } from "@/lib/merchants/stop-payouts";
import { readStatusResult, type InitiatorResult } from "@/lib/providers/daraja/initiator-result";
import { isAboutOperator, readStatusCode } from "@/lib/providers/daraja/payout-codes";
import type { Applied } from "../applied";
import type { ResultMessage } from "./apply-b2c-result";
import { findAddressed, type Addressed } from "./find-addressed";
import { ended, failByMessage, settleByMessage } from "./settle-by-message";

/**
 * Works the answer to a look-up of one payout. What M-Pesa calls final decides: completed pays; cancelled,
 * declined and expired give the money back. A payout it does not know, or not yet, proves nothing: it is
 * asked again, and in the end a person decides.
 */
export async function applyStatusResult(
  ctx: Omit<Ctx, "merchantId">,
  message: ResultMessage,
): Promise<Applied> {
  const addressed = await findAddressed(ctx, message);
  if ("outcome" in addressed) return addressed;
  const { own, withdrawal } = addressed;
  const { result } = message;
  await keepStatus(own, withdrawal, result);
  const said = readStatusCode(result.resultCode, result.resultText);
  switch (said.class) {
    case "success":
      return applyStatus(own, withdrawal, result);
    case "not_found":
      return ended(withdrawal, "applied", "M-Pesa does not know it, which proves nothing");
    case "setup":
      if (isAboutOperator(result.resultCode)) await stopAccount(own, withdrawal, result);
      return ended(withdrawal, "refused", `the look-up itself was refused: ${result.resultCode}`);
    case "pending":
    case "unknown":
      return ended(withdrawal, "applied", `code ${result.resultCode} settles nothing`);
    default:
      return unreachable(said.class);
  }
}

/** Each further question would bring the operator's password nearer to being locked. */
async function stopAccount(
  ctx: Ctx,
  withdrawal: Addressed,
  { resultCode }: InitiatorResult,
): Promise<void> {
  if (withdrawal.accountId === null) return;
  await stopPayouts(ctx, {
    accountId: withdrawal.accountId,
    reason: resultCode,
    orderedAt: withdrawal.statusAskedAt ?? withdrawal.createdAt,
  });
}

async function applyStatus(
  ctx: Ctx,
  withdrawal: Addressed,
  result: InitiatorResult,
): Promise<Applied> {
  const told = readStatusResult(result);
  const doubt = doubtAbout(withdrawal, told);
  if (doubt) return ended(withdrawal, "quarantined", doubt);
  switch (told.status) {
    case "completed":
      return settleByMessage(ctx, withdrawal, {
        ...{ kind: "status_result", amountCents: told.amountCents, receipt: told.receipt },
        receiverName: null,
      });
    case "cancelled":
    case "declined":
    case "expired":
      return failByMessage(ctx, withdrawal, {
        ...{ kind: "status_result", reason: "declined", said: told.status },
      });
    case "pending":
      return ended(withdrawal, "applied", "M-Pesa has not finished it");
    case "unclear":
    case null:
      return ended(withdrawal, "applied", "the answer names no state we know");
    default:
      return unreachable(told.status);
  }
}

/** Which order it is about is what the address says, and what it says itself: one of two ids, and neither another's. */
function doubtAbout(
  withdrawal: Addressed,
  told: ReturnType<typeof readStatusResult>,
): string | null {
  const { originatorConversationId: reference, conversationId } = told;
  if (reference === null && conversationId === null) return "does not say which order it is about";
  const isOthers =
    (reference !== null && reference !== withdrawal.providerRef) ||
    (conversationId !== null &&
      withdrawal.conversationId !== null &&
      conversationId !== withdrawal.conversationId);
  return isOthers ? "about another order than this one" : null;
}

/** What the last look-up said, verbatim; it was answered, so the count of silent ones starts anew. */
async function keepStatus(
  ctx: Ctx,
  withdrawal: Addressed,
  { resultCode, resultText }: InitiatorResult,
): Promise<void> {
  await ctx.db.withdrawal.update({
    where: { id: withdrawal.id },
    data: {
      statusCode: resultCode,
      statusText: resultText,
      statusAt: ctx.now(),
      statusAsks: 0,
    },
    select: { id: true },
  });
}
