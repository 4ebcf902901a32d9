import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";
import { unreachable, assert } from "@/lib/kit/assert";
import { SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { openPayoutAccount } from "@/lib/merchants/open-payout-account";
import { callWithAccess, type NotSent } from "@/lib/provider-gate/call-with-access";
import type { GatewayRefusal, PayOutOutcome } from "@/lib/providers/provider";
import { providers } from "@/lib/providers/registry";
import { failWithdrawal } from "./fail-withdrawal";
import { moveWithdrawal } from "./move-withdrawal";
import { payoutAddresses } from "./payout-addresses";
import { commitIntent, defer, stayInLine, type Sendable } from "./sending";
import { nextAskAt } from "./withdrawal-times";

/** A worker sends several at once and can wait; the line is longer than this at times. */
const TURN_WAIT_MAX_MS = 5 * SECOND_MS;

/** What the gateway turned away unread may be sent again; the rest is refused for good. */
const TRY_AGAIN: ReadonlySet<GatewayRefusal> = new Set([
  "throttled",
  "quota_used",
  "invalid_token",
  "subscriber_busy",
]);

/**
 * Sends one withdrawal to a phone. Accepted, it waits for M-Pesa's result; refused, the money is back at
 * once; turned away or not reached, it stays in line. Unknown, it is left as it is: M-Pesa is asked what
 * became of it, and it is never sent again.
 */
export async function sendToPhone(ctx: Ctx, withdrawal: Sendable): Promise<void> {
  const { account } = withdrawal;
  assert(account, "M-Pesa pays from an account");
  const provider = providers.payout();
  const outcome = await callWithAccess(
    ctx,
    provider,
    openPayoutAccount(account),
    {
      operation: "b2c",
      subjectId: withdrawal.id,
      waitMaxMs: TURN_WAIT_MAX_MS,
      beforeSend: () => commitIntent(ctx, withdrawal.id, firstLookAt(ctx)),
    },
    (access) =>
      provider.payOut(access, {
        reference: withdrawal.providerRef,
        phone: decrypt(withdrawal.destinationCipher).toString("utf8"),
        amountCents: withdrawal.amountCents,
        remarks: `Withdrawal ${withdrawal.publicCode}`,
        ...payoutAddresses(account, "b2c", withdrawal.id),
      }),
  );
  await applyOutcome(ctx, withdrawal, outcome);
}

function firstLookAt(ctx: Ctx): Date {
  return nextAskAt({ sentAt: ctx.now(), now: ctx.now() });
}

async function applyOutcome(
  ctx: Ctx,
  withdrawal: Sendable,
  outcome: PayOutOutcome | NotSent,
): Promise<void> {
  switch (outcome.kind) {
    case "accepted":
      return accept(ctx, withdrawal, outcome.conversationId);
    case "duplicate":
      // Taken before, under this very reference: the look-up says what became of it.
      return accept(ctx, withdrawal, null);
    case "refused":
      return applyRefusal(ctx, withdrawal, outcome);
    case "unreached":
      return defer(ctx, withdrawal, { because: "unreached", retryAt: null });
    case "not_sent":
      return applyNotSent(ctx, withdrawal, outcome);
    case "unknown":
      return; // It may have gone out: the result, the look-up, or in the end a person, says.
    default:
      return unreachable(outcome);
  }
}

async function accept(
  ctx: Ctx,
  withdrawal: Sendable,
  conversationId: string | null,
): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    // The result may have come first; then only the id is new.
    await moveWithdrawal(tx, withdrawal.id, "accept", { submittedAt: tx.now() });
    if (conversationId !== null) {
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
  withdrawal: Sendable,
  outcome: Extract<PayOutOutcome, { kind: "refused" }>,
): Promise<void> {
  const { refusal, errorCode } = outcome;
  if (TRY_AGAIN.has(refusal)) return defer(ctx, withdrawal, { because: refusal, retryAt: null });
  const isPhone = refusal === "phone_refused";
  if (!isPhone) log().error({ refusal, errorCode, withdrawalId: withdrawal.id }, "payout refused");
  await failWithdrawal(ctx, {
    withdrawalId: withdrawal.id,
    reason: isPhone ? "phone_refused" : "merchant_setup",
  });
}

async function applyNotSent(ctx: Ctx, withdrawal: Sendable, outcome: NotSent): Promise<void> {
  switch (outcome.because) {
    case "withdrawn":
      return; // Another process sends it.
    case "misconfigured":
      await failWithdrawal(ctx, { withdrawalId: withdrawal.id, reason: "merchant_setup" });
      return;
    case "shut":
    case "too_busy":
    case "no_token":
      // Without an answer to a token request after the intent, the intent is taken back too.
      return backInLine(ctx, withdrawal, outcome);
    default:
      return unreachable(outcome.because);
  }
}

/** The token can fail before the intent was committed, and after it, when it was turned away and not renewed. */
async function backInLine(ctx: Ctx, withdrawal: Sendable, outcome: NotSent): Promise<void> {
  await defer(ctx, withdrawal, outcome);
  await stayInLine(ctx, withdrawal, outcome);
}
