import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";
import { unreachable, assert } from "@/lib/kit/assert";
import { SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { openPayoutAccount } from "@/lib/merchants/open-payout-account";
import { callWithAccess, type NotSent } from "@/lib/provider-gate/call-with-access";
import type { PayOutOutcome } from "@/lib/providers/pays-out";
import { providers } from "@/lib/providers/registry";
import { mayBeSentAgain } from "../may-be-sent-again";
import { failWithdrawal } from "./fail-withdrawal";
import { moveWithdrawal } from "./move-withdrawal";
import { payoutAddresses } from "./payout-addresses";
import { commitIntent, defer, stayInLine, type Sendable } from "./sending";
import { nextAskAt } from "./withdrawal-times";

/** A worker sends several at once and can wait; the line is longer than this at times. */
const TURN_WAIT_MAX_MS = 5 * SECOND_MS;

/**
 * Sends one withdrawal to a phone. Accepted, it waits for M-Pesa's result; refused, the money is back at
 * once; turned away or not reached, it stays in line. Unknown, it is left as it is: M-Pesa is asked what
 * became of it, and it is never sent again.
 */
export async function sendToPhone(ctx: Ctx, withdrawal: Sendable): Promise<void> {
  const { account } = withdrawal;
  assert(account, "M-Pesa pays from an account");
  const provider = providers.payout();
  // Whatever can fail without the provider fails before the intent says that it was asked.
  const phone = decrypt(withdrawal.destinationCipher).toString("utf8");
  const addresses = payoutAddresses(account, "b2c", withdrawal.id);
  const attempt: { sentAt: Date | null } = { sentAt: null };
  const outcome = await callWithAccess(
    ctx,
    provider,
    openPayoutAccount(account),
    {
      operation: "b2c",
      subjectId: withdrawal.id,
      waitMaxMs: TURN_WAIT_MAX_MS,
      beforeSend: async () => {
        attempt.sentAt = await commitIntent(ctx, withdrawal.id, firstLookAt(ctx));
        return attempt.sentAt !== null;
      },
    },
    (access) =>
      provider.payOut(access, {
        reference: withdrawal.providerRef,
        phone,
        amountCents: withdrawal.amountCents,
        remarks: `Withdrawal ${withdrawal.publicCode}`,
        ...addresses,
      }),
  );
  const { sentAt } = attempt;
  if (sentAt !== null) return applyOutcome(ctx, { ...withdrawal, sentAt }, outcome);
  assert(outcome.kind === "not_sent", "without an intent nothing is sent");
  return applyNotSent(ctx, withdrawal, outcome);
}

function firstLookAt(ctx: Ctx): Date {
  return nextAskAt({ sentAt: ctx.now(), now: ctx.now() });
}

/** One attempt of ours to send it: the intent is committed, at this very moment. */
type Sent = Sendable & { sentAt: Date };

async function applyOutcome(
  ctx: Ctx,
  withdrawal: Sent,
  outcome: PayOutOutcome | NotSent,
): Promise<void> {
  const { sentAt } = withdrawal;
  switch (outcome.kind) {
    case "accepted":
      return accept(ctx, withdrawal, outcome.conversationId);
    case "duplicate":
      // Taken before, under this very reference: the look-up says what became of it.
      return accept(ctx, withdrawal, null);
    case "refused":
      return applyRefusal(ctx, withdrawal, outcome);
    case "unreached":
      return defer(ctx, withdrawal, { because: "unreached", retryAt: null, sentAt });
    case "not_sent":
      // Turned away with the token it had, and there was no other to be had.
      return defer(ctx, withdrawal, { ...outcome, sentAt });
    case "unknown":
      return; // It may have gone out: the result, the look-up, or in the end a person, says.
    default:
      return unreachable(outcome);
  }
}

async function accept(ctx: Ctx, withdrawal: Sent, conversationId: string | null): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    // The result may have come first; then only the id is new.
    const moved = await moveWithdrawal(tx, withdrawal.id, "accept", {
      submittedAt: tx.now(),
      ...(conversationId !== null && { conversationId }),
    });
    if (conversationId !== null && !moved) {
      await tx.db.withdrawal.updateMany({
        where: { id: withdrawal.id, conversationId: null },
        data: { conversationId },
      });
    }
    await recordAudit(tx, {
      action: conversationId === null ? "withdrawal.taken_before" : "withdrawal.submitted",
      subjectId: withdrawal.id,
      after: { conversation_id: conversationId },
    });
  });
}

async function applyRefusal(
  ctx: Ctx,
  withdrawal: Sent,
  outcome: Extract<PayOutOutcome, { kind: "refused" }>,
): Promise<void> {
  const { refusal, errorCode } = outcome;
  if (mayBeSentAgain(refusal)) {
    const { sentAt } = withdrawal;
    return defer(ctx, withdrawal, { because: refusal, retryAt: null, sentAt });
  }
  const isPhone = refusal === "phone_refused";
  if (!isPhone) log().error({ refusal, errorCode, withdrawalId: withdrawal.id }, "payout refused");
  await failWithdrawal(ctx, {
    withdrawalId: withdrawal.id,
    reason: isPhone ? "phone_refused" : "merchant_setup",
  });
}

/** No intent was committed, so nothing was asked of M-Pesa, at least not by this attempt. */
async function applyNotSent(ctx: Ctx, withdrawal: Sendable, outcome: NotSent): Promise<void> {
  switch (outcome.because) {
    case "withdrawn":
      return; // Another process sends it.
    case "misconfigured":
      await failWithdrawal(ctx, {
        withdrawalId: withdrawal.id,
        reason: "merchant_setup",
        event: "give_up",
      });
      return;
    case "shut":
    case "too_busy":
    case "no_token":
      return stayInLine(ctx, withdrawal, outcome);
    default:
      return unreachable(outcome.because);
  }
}
