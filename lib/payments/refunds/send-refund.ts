import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { assert, unreachable } from "@/lib/kit/assert";
import { SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { openOperatorAccount } from "@/lib/merchants/open-operator-account";
import { callWithAccess, type NotSent } from "@/lib/provider-gate/call-with-access";
import type { ReverseOutcome } from "@/lib/providers/reverses";
import { providers } from "@/lib/providers/registry";
import { mayBeSentAgain } from "../may-be-sent-again";
import { failRefund } from "./fail-refund";
import { holdRefund } from "./hold-refund";
import { moveRefund } from "./move-refund";
import { ORDERED_AGAIN } from "./refund-reasons";
import { reversalAddresses } from "./reversal-addresses";
import { commitRefundIntent, deferRefund, keepInLine, type SendableRefund } from "./sending-refund";

/** A worker sends several at once and can wait; the line is longer than this at times. */
const TURN_WAIT_MAX_MS = 5 * SECOND_MS;

/**
 * Orders one refund that stands in line from M-Pesa, at most once by itself: the intent is committed before
 * the call. Accepted, it waits for M-Pesa's result; refused by the gateway, the money is put back; turned
 * away or not reached, it stays in line. Unknown, it is left as it is: M-Pesa is asked what became of it
 * where it told its id, and a person decides. What cannot be sent for too long is given up.
 */
export async function sendRefund(ctx: Ctx, input: { refundId: string }): Promise<void> {
  const refund = await ctx.db.refund.findFirst({
    where: { id: input.refundId, merchantId: ctx.merchantId, state: "requested" },
    include: { account: true },
  });
  // A voucher's order is its withdrawal's.
  if (refund?.method !== "reversal") return;
  if (ctx.now() >= refund.deadlineAt) return giveUp(ctx, refund, "not_sent");
  // A further order by an operator M-Pesa refuses would only bring its password nearer to being locked.
  if (refund.account?.payoutsStopped) return giveUp(ctx, refund, "setup");
  return order(ctx, refund);
}

async function order(ctx: Ctx, refund: SendableRefund): Promise<void> {
  const { account, receipt } = refund;
  assert(account && receipt !== null, "a reversal is of a receipt of a shortcode");
  const provider = providers.reversal();
  // Whatever can fail without the provider fails before the intent says that it was asked.
  const addresses = reversalAddresses(account, "reversal", refund.id);
  const operator = openOperatorAccount(account);
  const attempt: { sentAt: Date | null } = { sentAt: null };
  const outcome = await callWithAccess(
    ctx,
    provider,
    operator,
    {
      operation: "reversal",
      subjectId: refund.id,
      waitMaxMs: TURN_WAIT_MAX_MS,
      beforeSend: async () => {
        attempt.sentAt = await commitRefundIntent(ctx, refund.id);
        return attempt.sentAt !== null;
      },
    },
    (access) =>
      provider.reverse(access, {
        receipt,
        amountCents: refund.amountCents,
        remarks: `Refund of ${receipt}`,
        ...addresses,
      }),
  );
  const { sentAt } = attempt;
  if (sentAt !== null) return applyOutcome(ctx, { ...refund, sentAt }, outcome);
  assert(outcome.kind === "not_sent", "without an intent nothing is sent");
  return applyNotSent(ctx, refund, outcome);
}

/** One attempt of ours to send it: the intent is committed, at this very moment. */
type Sent = SendableRefund & { sentAt: Date };

async function applyOutcome(
  ctx: Ctx,
  refund: Sent,
  outcome: ReverseOutcome | NotSent,
): Promise<void> {
  const { sentAt } = refund;
  switch (outcome.kind) {
    case "accepted":
      return accept(ctx, refund, outcome);
    case "refused":
      return applyRefusal(ctx, refund, outcome);
    case "unreached":
      return deferRefund(ctx, refund, { because: "unreached", retryAt: null, sentAt });
    case "not_sent":
      // Turned away with the token it had, and there was no other to be had.
      return deferRefund(ctx, refund, { ...outcome, sentAt });
    case "unknown":
      return; // It may go back: the result, the look-up, or in the end a person, says.
    default:
      return unreachable(outcome);
  }
}

async function accept(
  ctx: Ctx,
  refund: Sent,
  told: Extract<ReverseOutcome, { kind: "accepted" }>,
): Promise<void> {
  const { conversationId, originatorConversationId } = told;
  const ids = { conversationId, originatorConversationId };
  await withTransaction(ctx, async (tx) => {
    // The result may have come first; then only the ids are new.
    const moved = await moveRefund(tx, refund.id, "accept", { submittedAt: tx.now() });
    await tx.db.refund.updateMany({
      where: { id: refund.id, originatorConversationId: null },
      data: ids,
    });
    await recordAudit(tx, {
      action: "refund.submitted",
      subjectId: refund.id,
      after: { ...ids, in_time: moved },
    });
  });
}

async function applyRefusal(
  ctx: Ctx,
  refund: Sent,
  outcome: Extract<ReverseOutcome, { kind: "refused" }>,
): Promise<void> {
  const { refusal, errorCode } = outcome;
  const { sentAt } = refund;
  if (mayBeSentAgain(refusal)) {
    return deferRefund(ctx, refund, { because: refusal, retryAt: null, sentAt });
  }
  log().error({ refusal, errorCode, refundId: refund.id }, "refund refused");
  if (await failRefund(ctx, { refundId: refund.id, reason: "setup" })) return;
  await holdAgain(ctx, refund);
}

/** No intent was committed, so nothing was asked of M-Pesa, at least not by this attempt. */
async function applyNotSent(ctx: Ctx, refund: SendableRefund, outcome: NotSent): Promise<void> {
  switch (outcome.because) {
    case "withdrawn":
      return; // Another process sends it.
    case "misconfigured":
      return giveUp(ctx, refund, "setup");
    case "shut":
    case "too_busy":
    case "no_token":
      return keepInLine(ctx, refund, outcome);
    default:
      return unreachable(outcome.because);
  }
}

/** It was not sent this time. What a person had ordered again may have arrived the first time. */
async function giveUp(
  ctx: Ctx,
  refund: SendableRefund,
  reason: "not_sent" | "setup",
): Promise<void> {
  if (await failRefund(ctx, { refundId: refund.id, reason, event: "give_up" })) return;
  await holdAgain(ctx, refund);
}

async function holdAgain(ctx: Ctx, refund: SendableRefund): Promise<void> {
  if (refund.reason !== ORDERED_AGAIN) return;
  await holdRefund(ctx, { refundId: refund.id, reason: ORDERED_AGAIN, nextCheckAt: null });
}
