import type { Ctx } from "@/lib/context";
import type { MessageOutcome } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { stopPayouts } from "@/lib/merchants/stop-payouts";
import { readStatusResult, type InitiatorResult } from "@/lib/providers/daraja/initiator-result";
import { isAboutOperator, readStatusCode } from "@/lib/providers/daraja/payout-codes";
import type { Applied } from "../applied";
import type { ResultMessage } from "./apply-b2c-result";
import { failWithdrawal } from "./fail-withdrawal";
import { findAddressed, type Addressed } from "./find-addressed";
import { holdWithdrawal } from "./hold-withdrawal";
import { isReceiptOfAnother } from "./is-receipt-of-another";
import { NOTHING_SAYS_PAID } from "./nothing-says-paid";
import { settleWithdrawal } from "./settle-withdrawal";

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
  await stopPayouts(ctx, { accountId: withdrawal.accountId, reason: resultCode });
}

async function applyStatus(
  ctx: Ctx,
  withdrawal: Addressed,
  result: InitiatorResult,
): Promise<Applied> {
  const told = readStatusResult(result);
  const isItsOrder =
    (told.originatorConversationId ?? withdrawal.providerRef) === withdrawal.providerRef &&
    (told.conversationId ?? withdrawal.conversationId) ===
      (withdrawal.conversationId ?? told.conversationId);
  if (!isItsOrder) return ended(withdrawal, "quarantined", "about another order than this one");
  switch (told.status) {
    case "completed":
      return applyCompleted(ctx, withdrawal, told);
    case "cancelled":
    case "declined":
    case "expired":
      return applyDeclined(ctx, withdrawal, told.status);
    case "pending":
      return ended(withdrawal, "applied", "M-Pesa has not finished it");
    case "unclear":
    case null:
      return ended(withdrawal, "applied", "the answer names no state we know");
    default:
      return unreachable(told.status);
  }
}

async function applyCompleted(
  ctx: Ctx,
  withdrawal: Addressed,
  told: ReturnType<typeof readStatusResult>,
): Promise<Applied> {
  const { amountCents, receipt } = told;
  if (amountCents !== null && amountCents !== withdrawal.amountCents) {
    await hold(ctx, withdrawal, "amount_mismatch");
    const amount = decimalFromCents(amountCents);
    return ended(withdrawal, "quarantined", `paid ${amount}, which was not ordered`);
  }
  if (receipt !== null && (await isReceiptOfAnother(ctx, withdrawal, receipt))) {
    await hold(ctx, withdrawal, "receipt_reused");
    return ended(withdrawal, "quarantined", "its receipt belongs to another payment");
  }
  const settled = await settleWithdrawal(ctx, {
    withdrawalId: withdrawal.id,
    evidence: { kind: "status_result", receipt, receiverName: null },
  });
  switch (settled) {
    case "settled":
      return ended(withdrawal, "applied", "paid, as the look-up found");
    case "already-settled":
      return ended(withdrawal, "duplicate", "paid before");
    case "contradiction":
      return ended(withdrawal, "refused", "says paid, and the money was given back");
    default:
      return unreachable(settled);
  }
}

async function applyDeclined(ctx: Ctx, withdrawal: Addressed, status: string): Promise<Applied> {
  const input = {
    withdrawalId: withdrawal.id,
    reason: "declined",
    only: NOTHING_SAYS_PAID,
  } as const;
  if (await failWithdrawal(ctx, input)) {
    return ended(withdrawal, "applied", `not paid: ${status}, as the look-up found`);
  }
  const { state } = await ctx.db.withdrawal.findUniqueOrThrow({
    where: { id: withdrawal.id },
    select: { state: true },
  });
  return state === "failed"
    ? ended(withdrawal, "duplicate", "given back before")
    : ended(withdrawal, "refused", `says ${status}, and the withdrawal is ${state}`);
}

async function hold(
  ctx: Ctx,
  withdrawal: Addressed,
  reason: "amount_mismatch" | "receipt_reused",
): Promise<void> {
  await holdWithdrawal(ctx, { withdrawalId: withdrawal.id, reason, nextCheckAt: null });
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

function ended(withdrawal: Addressed, outcome: MessageOutcome, note: string): Applied {
  return { outcome, note, subjectId: withdrawal.id };
}
