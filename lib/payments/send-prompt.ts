import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";
import { env } from "@/lib/env";
import type { Deposit, StkPush } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import { openProviderAccount } from "@/lib/merchants/open-provider-account";
import { callWithAccess, type NotSent } from "@/lib/provider-gate/call-with-access";
import type { PromptOutcome } from "@/lib/providers/collects";
import type { GatewayRefusal } from "@/lib/providers/gateway";
import { providers } from "@/lib/providers/registry";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { failDeposit } from "./fail-deposit";
import { moveDeposit } from "./move-deposit";
import { endPrompt, releasePhone } from "./open-prompt";
import type { MpesaReason } from "./schemas";

/** A customer looks at the page that waits for this. */
const TURN_WAIT_MAX_MS = 3 * SECOND_MS;
const DESCRIPTION = "Deposit";

const REASON_OF_REFUSAL: Readonly<Record<GatewayRefusal, MpesaReason>> = {
  subscriber_busy: "phone_busy",
  phone_refused: "phone_refused",
  throttled: "mpesa_busy",
  quota_used: "mpesa_busy",
  invalid_token: "merchant_setup",
  misconfigured: "merchant_setup",
  bad_request: "merchant_setup",
};

/**
 * Sends the prompt of one deposit, at most once ever: the moment is committed before the call, and a
 * deposit that has one is never prompted again. Accepted, it waits for the customer; refused or not
 * sent, it is not paid and the phone is free; unknown, it stays as it is, for the phone may show it.
 */
export async function sendPrompt(ctx: Ctx, input: { depositId: string }): Promise<void> {
  const { depositId } = input;
  const deposit = await ctx.db.deposit.findFirstOrThrow({
    where: { id: depositId, merchantId: ctx.merchantId },
    include: { stkPush: { include: { account: true } } },
  });
  const { stkPush: push } = deposit;
  assert(push && deposit.askedCents !== null, "an M-Pesa deposit has a phone and an amount");
  const amountCents = deposit.askedCents;
  const provider = providers.prompt();
  const outcome = await callWithAccess(
    ctx,
    provider,
    openProviderAccount(push.account),
    {
      operation: "stk_push",
      subjectId: depositId,
      waitMaxMs: TURN_WAIT_MAX_MS,
      beforeSend: () => commitIntent(ctx, depositId),
    },
    (access) =>
      provider.prompt(access, {
        phone: decrypt(push.phoneCipher).toString("utf8"),
        amountCents,
        reference: deposit.publicCode,
        description: DESCRIPTION,
        callbackUrl: callbackUrlOf(push.account, depositId),
      }),
  );
  await applyOutcome(ctx, deposit, outcome);
}

/** Our id is in the path: the one thing of ours that every callback brings back. */
function callbackUrlOf(account: { id: string; secretVersion: number }, depositId: string): string {
  return `${env().appUrl}/callbacks/daraja/${callbackSecretOf(account)}/stk/${depositId}`;
}

async function commitIntent(ctx: Ctx, depositId: string): Promise<boolean> {
  const { count } = await ctx.db.stkPush.updateMany({
    where: { depositId, pushedAt: null, deposit: { state: "pending" } },
    data: { pushedAt: ctx.now() },
  });
  return count === 1;
}

async function applyOutcome(
  ctx: Ctx,
  deposit: Deposit & { stkPush: StkPush | null },
  outcome: PromptOutcome | NotSent,
): Promise<void> {
  switch (outcome.kind) {
    case "accepted":
      return accept(ctx, deposit, outcome);
    case "refused":
      if (outcome.refusal !== "subscriber_busy" && outcome.refusal !== "phone_refused") {
        const { refusal, errorCode } = outcome;
        log().error({ refusal, errorCode, depositId: deposit.id }, "M-Pesa refused a prompt");
      }
      return giveUp(ctx, deposit, REASON_OF_REFUSAL[outcome.refusal]);
    case "not_sent":
      if (outcome.because === "withdrawn") return;
      return giveUp(
        ctx,
        deposit,
        outcome.because === "misconfigured" ? "merchant_setup" : "not_sent",
      );
    case "unknown":
      return; // The phone may show the prompt: the callback, or in the end a person, says.
  }
}

async function accept(
  ctx: Ctx,
  deposit: Deposit,
  answer: Extract<PromptOutcome, { kind: "accepted" }>,
): Promise<void> {
  const { checkoutRequestId, merchantRequestId } = answer;
  await withTransaction(ctx, async (tx) => {
    const moved = await moveDeposit(tx, deposit.id, "submit", { submittedAt: tx.now() });
    const { count } = await tx.db.stkPush.updateMany({
      where: { depositId: deposit.id, OR: [{ checkoutRequestId: null }, { checkoutRequestId }] },
      data: { checkoutRequestId, merchantRequestId },
    });
    await recordAudit(tx, {
      // A callback that came first may have brought the id already; another id is for a person to see.
      action: count === 1 ? "deposit.prompted" : "deposit.prompt_id_differs",
      subjectId: deposit.id,
      after: { checkout_request_id: checkoutRequestId },
    });
    if (!moved) return;
    await emitLiveEvent(tx, deposit.customerId, {
      type: "deposit_changed",
      payload: { deposit_id: deposit.id },
    });
  });
}

/** Nothing reached the phone, so it may be prompted again as soon as M-Pesa allows. */
async function giveUp(ctx: Ctx, deposit: Deposit, reason: MpesaReason): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await failDeposit(tx, { depositId: deposit.id, reason });
    if (reason === "phone_busy") await endPrompt(tx, { depositId: deposit.id, pushedAt: null });
    else await releasePhone(tx, { depositId: deposit.id });
    await tx.db.stkPush.updateMany({
      where: { depositId: deposit.id, checkoutRequestId: null },
      data: { pushedAt: null },
    });
  });
}
