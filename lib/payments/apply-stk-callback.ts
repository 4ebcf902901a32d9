import type { Ctx } from "@/lib/context";
import type { Deposit, MessageOutcome, StkPush } from "@/lib/generated/prisma/client";
import { assert, unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { isSecretOf } from "@/lib/merchants/is-secret-of";
import type { StkCallback } from "@/lib/providers/daraja/callback";
import { readStkResult, type StkResult } from "@/lib/providers/daraja/result-codes";
import type { Applied } from "./applied";
import { attachStkReceipt } from "./attach-stk-receipt";
import { failDeposit } from "./fail-deposit";
import { holdDeposit } from "./hold-deposit";
import { maskPayer } from "./mask-payer";
import { endPrompt } from "./open-prompt";
import { requestCheckSoon } from "./request-check-soon";
import { settleDeposit } from "./settle-deposit";
import { ownerOfReceipt } from "./take-receipt";

export interface StkMessage {
  readonly callback: StkCallback;
  /** Whose callback the address says it is; the secret in the address was checked at the door. */
  readonly depositId: string;
  /** SHA-256 of the secret in the address. */
  readonly secretHash: string;
  readonly receivedAt: Date;
  /** From the header; null when it was not sent. */
  readonly shortcode: string | null;
}

type Prompt = Deposit & { stkPush: StkPush };

/** How long after a "no" by callback M-Pesa is asked whether it agrees. */
const CONFIRM_NO_AFTER_MS = MINUTE_MS;

/**
 * Works the callback of a prompt. It is believed when it came to the address that only M-Pesa was given
 * for this deposit, and its id, shortcode and amount are those we stored; the phone is never compared. It
 * may come any number of times, before the push was answered, and after anything else was said. What does
 * not fit is parked for a person and changes no money.
 */
export async function applyStkCallback(
  ctx: Omit<Ctx, "merchantId">,
  message: StkMessage,
): Promise<Applied> {
  const { callback, depositId } = message;
  const found = await ctx.db.deposit.findUnique({
    where: { id: depositId },
    include: { stkPush: { include: { account: { include: { callbackSecrets: true } } } } },
  });
  if (!found?.stkPush) return ended("unmatched", "no M-Pesa deposit has this id", null);
  const own: Ctx = { ...ctx, merchantId: found.merchantId };
  const prompt: Prompt = { ...found, stkPush: found.stkPush };
  const { account } = found.stkPush;
  if (!isSecretOf(account.callbackSecrets, message)) {
    return ended("quarantined", "the secret is retired, or belongs to another account", depositId);
  }
  if (message.shortcode !== null && message.shortcode !== account.shortcode) {
    return ended("quarantined", `sent for shortcode ${message.shortcode}`, depositId);
  }
  if (!(await isItsPrompt(own, prompt, callback))) {
    return ended("quarantined", "names another prompt than this deposit's", depositId);
  }
  const result = readStkResult(callback.resultCode, callback.resultText);
  const applied =
    result.class === "success"
      ? await applySuccess(own, prompt, callback)
      : await applyOther(own, prompt, callback, result);
  return { ...applied, subjectId: depositId };
}

/** True when the callback's ids are ours; an id that the lost or late answer has not brought is taken. */
async function isItsPrompt(ctx: Ctx, prompt: Prompt, callback: StkCallback): Promise<boolean> {
  const { checkoutRequestId, merchantRequestId } = callback;
  const known = prompt.stkPush.checkoutRequestId;
  if (known !== null) return known === checkoutRequestId;
  const taken = await ctx.db.stkPush.findUnique({
    where: { checkoutRequestId },
    select: { depositId: true },
  });
  if (taken) return taken.depositId === prompt.id;
  const { count } = await ctx.db.stkPush.updateMany({
    where: { depositId: prompt.id, checkoutRequestId: null },
    // A push that was refused has no time of its own; this callback says that it was sent after all.
    data: {
      checkoutRequestId,
      merchantRequestId,
      pushedAt: prompt.stkPush.pushedAt ?? prompt.createdAt,
    },
  });
  if (count === 1) return true;
  // The answer of the push, or another callback, was quicker: what stands there now decides.
  const now = await ctx.db.stkPush.findUniqueOrThrow({
    where: { depositId: prompt.id },
    select: { checkoutRequestId: true },
  });
  return now.checkoutRequestId === checkoutRequestId;
}

async function applySuccess(ctx: Ctx, prompt: Prompt, callback: StkCallback): Promise<Applied> {
  assert(prompt.askedCents !== null, "a prompt asks for an amount");
  const { receipt, paidAt } = callback;
  if (callback.amountCents === null && hasMetadata(callback)) {
    await requestCheckSoon(ctx, prompt.id);
    return ended("malformed", "paid, and the amount cannot be read; asking M-Pesa");
  }
  const amountCents = callback.amountCents ?? prompt.askedCents;
  if (amountCents !== prompt.askedCents) {
    await holdDeposit(ctx, {
      depositId: prompt.id,
      reason: "amount_mismatch",
      nextCheckAt: null,
    });
    return ended("quarantined", `paid ${decimalFromCents(amountCents)}, which was not asked for`);
  }
  await keep(ctx, prompt, callback);
  const payerMasked = callback.payer === null ? null : maskPayer(callback.payer);
  if (prompt.state !== "paid") {
    if (receipt !== null && (await isReused(ctx, prompt, receipt, amountCents))) {
      await holdDeposit(ctx, { depositId: prompt.id, reason: "receipt_reused", nextCheckAt: null });
      return ended("quarantined", "its receipt belongs to another payment");
    }
    const settled = await settleDeposit(ctx, {
      depositId: prompt.id,
      evidence: { kind: "stk_callback", amountCents, receipt, paidAt, payerMasked },
    });
    if (settled.kind === "settled") return ended("applied", "paid");
  }
  if (receipt === null || receipt === prompt.providerReceipt)
    return ended("duplicate", "paid before");
  const attached = await attachStkReceipt(ctx, {
    depositId: prompt.id,
    receipt,
    paidAt,
    payerMasked,
  });
  if (attached === "same") return ended("duplicate", "paid before");
  return attached === "attached"
    ? ended("applied", "paid before; the receipt is attached")
    : ended("refused", "paid before, with another receipt than this one");
}

/** A success may come without any detail; then what was asked for was paid. */
function hasMetadata({ receipt, paidAt, payer }: StkCallback): boolean {
  return receipt !== null || paidAt !== null || payer !== null;
}

async function isReused(
  ctx: Ctx,
  prompt: Prompt,
  number: string,
  amountCents: bigint,
): Promise<boolean> {
  const ownerId = await ownerOfReceipt(ctx, { provider: "mpesa", number, amountCents });
  return ownerId !== null && ownerId !== prompt.id;
}

async function applyOther(
  ctx: Ctx,
  prompt: Prompt,
  callback: StkCallback,
  result: StkResult,
): Promise<Applied> {
  if (prompt.state === "paid") {
    return ended("refused", `says ${callback.resultCode}, and the deposit is credited`);
  }
  await keep(ctx, prompt, callback);
  switch (result.class) {
    case "final_failure":
    case "retryable":
    case "configuration":
      return applyNo(ctx, prompt, result);
    case "unknown":
      await holdDeposit(ctx, {
        depositId: prompt.id,
        reason: "unknown_code",
        nextCheckAt: ctx.now(),
      });
      return ended("applied", `code ${callback.resultCode} is not known; a person decides`);
    case "ambiguous":
    case "in_flight":
      await requestCheckSoon(ctx, prompt.id);
      return ended("applied", `code ${callback.resultCode} settles nothing; asking M-Pesa`);
    case "success":
      throw new Error("a success is worked elsewhere");
    default:
      return unreachable(result.class);
  }
}

/** Not paid, for the screen. M-Pesa is asked once more whether it stays with that. */
async function applyNo(ctx: Ctx, prompt: Prompt, result: StkResult): Promise<Applied> {
  assert(result.reason !== null, "a no has a reason");
  await endPrompt(ctx, { depositId: prompt.id, pushedAt: prompt.stkPush.pushedAt });
  const failed = await failDeposit(ctx, {
    depositId: prompt.id,
    reason: result.reason,
    nextCheckAt: addMs(ctx.now(), CONFIRM_NO_AFTER_MS),
  });
  return failed
    ? ended("applied", `not paid: ${result.reason}`)
    : ended("duplicate", "closed before");
}

/** What M-Pesa said, verbatim, on the deposit's own row; a success is not overwritten. */
async function keep(ctx: Ctx, prompt: Prompt, callback: StkCallback): Promise<void> {
  const { resultCode, resultText } = callback;
  await ctx.db.stkPush.updateMany({
    where: {
      depositId: prompt.id,
      OR: [{ callbackCode: null }, { callbackCode: { not: "0" } }],
    },
    data: { callbackCode: resultCode, callbackText: resultText, callbackAt: ctx.now() },
  });
}

function ended(outcome: MessageOutcome, note: string, subjectId: string | null = null): Applied {
  return { outcome, note, subjectId };
}
