import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { Deposit, ProviderAccount, StkPush } from "@/lib/generated/prisma/client";
import { assert, unreachable } from "@/lib/kit/assert";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { openProviderAccount } from "@/lib/merchants/open-provider-account";
import { callWithAccess, type NotSent } from "@/lib/provider-gate/call-with-access";
import { readStkResult, type StkResult } from "@/lib/providers/daraja/result-codes";
import type { PromptResultOutcome } from "@/lib/providers/collects";
import { providers } from "@/lib/providers/registry";
import { failDeposit } from "./fail-deposit";
import { holdDeposit } from "./hold-deposit";
import { endPrompt } from "./open-prompt";
import { settleDeposit } from "./settle-deposit";
import { nextCheckAt, NO_COUNTS_AFTER_MS, NOES_APART_MS } from "./stk-times";

/** A sweep works six at once and may wait; a full load still fits into its lease. */
const TURN_WAIT_MAX_MS = 5 * SECOND_MS;
const BUSY_DELAY_MS = 3 * SECOND_MS;
const FRESH_MS = 15 * MINUTE_MS;
const OLD_DELAY_MS = 10 * MINUTE_MS;

type Looked = Deposit & { stkPush: (StkPush & { account: ProviderAccount }) | null };
type Prompt = Deposit & { stkPush: StkPush & { account: ProviderAccount } };

/**
 * Asks M-Pesa what became of one prompt and writes what follows. A yes pays, unless the callback said no:
 * then a person decides. A no counts when a second one, apart from the first, agrees after five minutes,
 * or the callback said so before. Whatever else is answered means nothing and is asked again, until a
 * person is told after two days. Every path leaves a due time, or none needed.
 */
export async function checkStkDeposit(ctx: Ctx, input: { depositId: string }): Promise<void> {
  const deposit: Looked | null = await ctx.db.deposit.findFirst({
    where: { id: input.depositId, merchantId: ctx.merchantId },
    include: { stkPush: { include: { account: true } } },
  });
  if (!deposit?.stkPush) return;
  const prompt: Prompt = { ...deposit, stkPush: deposit.stkPush };
  if (!mayStillChange(prompt)) return stopChecking(ctx, prompt);
  if (prompt.stkPush.checkoutRequestId === null) return withoutId(ctx, prompt);
  const outcome = await ask(ctx, prompt, prompt.stkPush.checkoutRequestId);
  return applyOutcome(ctx, prompt, outcome);
}

/** A person decides about contradictions; look-ups decide about everything else that is not paid. */
export function mayStillChange({ state, reason }: Pick<Deposit, "state" | "reason">): boolean {
  if (state === "paid" || state === "redeeming" || state === "reversed") return false;
  return !(state === "needs_review" && FOR_A_PERSON.has(reason ?? ""));
}

const FOR_A_PERSON: ReadonlySet<string> = new Set([
  "contradiction",
  "amount_mismatch",
  "receipt_reused",
]);

/** The answer of the push is lost, and only a callback could bring the id. */
async function withoutId(ctx: Ctx, prompt: Prompt): Promise<void> {
  const { pushedAt } = prompt.stkPush;
  if (prompt.state === "needs_review") return stopChecking(ctx, prompt);
  if (!isLate(ctx, prompt)) return scheduleAt(ctx, prompt, countsAtOf(prompt));
  if (pushedAt !== null) {
    // The phone may have shown the prompt, so nobody is told "not paid" and nobody is prompted again.
    await holdDeposit(ctx, {
      depositId: prompt.id,
      reason: "push_unconfirmed",
      nextCheckAt: null,
    });
    return;
  }
  const failed = await failDeposit(ctx, { depositId: prompt.id, reason: "not_sent" });
  if (!failed) await stopChecking(ctx, prompt);
}

async function ask(
  ctx: Ctx,
  prompt: Prompt,
  checkoutRequestId: string,
): Promise<PromptResultOutcome | NotSent> {
  const provider = providers.prompt();
  return callWithAccess(
    ctx,
    provider,
    openProviderAccount(prompt.stkPush.account),
    { operation: "stk_query", subjectId: prompt.id, waitMaxMs: TURN_WAIT_MAX_MS },
    (access) => provider.promptResult(access, { checkoutRequestId }),
  );
}

async function applyOutcome(
  ctx: Ctx,
  prompt: Prompt,
  outcome: PromptResultOutcome | NotSent,
): Promise<void> {
  switch (outcome.kind) {
    case "answered":
      return applyResult(ctx, prompt, {
        result: readStkResult(outcome.resultCode, outcome.resultText),
        code: outcome.resultCode,
        text: outcome.resultText,
      });
    case "not_sent":
      return postpone(ctx, prompt, outcome);
    case "in_flight":
      return askLater(ctx, prompt);
    case "not_known":
    case "refused":
    case "unknown":
      return askLater(ctx, prompt, { unanswered: prompt.checksDone });
    default:
      return unreachable(outcome);
  }
}

interface Said {
  readonly result: StkResult;
  readonly code: string;
  readonly text: string;
}

async function applyResult(ctx: Ctx, prompt: Prompt, said: Said): Promise<void> {
  if (said.result.class !== "in_flight") {
    await ctx.db.stkPush.update({
      where: { depositId: prompt.id },
      data: { queryCode: said.code, queryText: said.text, queriedAt: ctx.now() },
      select: { depositId: true },
    });
  }
  switch (said.result.class) {
    case "success":
      return applyYes(ctx, prompt);
    case "final_failure":
    case "retryable":
    case "configuration":
      return applyNo(ctx, prompt, said);
    case "unknown":
      return hold(ctx, prompt, "unknown_code");
    case "ambiguous":
      return isLate(ctx, prompt) ? hold(ctx, prompt, "unclear_result") : askLater(ctx, prompt);
    case "in_flight":
      return askLater(ctx, prompt);
    default:
      return unreachable(said.result.class);
  }
}

async function applyYes(ctx: Ctx, prompt: Prompt): Promise<void> {
  if (saidNoByCallback(prompt.stkPush)) return hold(ctx, prompt, "contradiction");
  assert(prompt.askedCents !== null, "a prompt asks for an amount");
  await settleDeposit(ctx, {
    depositId: prompt.id,
    evidence: { kind: "stk_query", amountCents: prompt.askedCents },
  });
}

async function applyNo(ctx: Ctx, prompt: Prompt, said: Said): Promise<void> {
  const { stkPush: push } = prompt;
  const noes = await countNo(ctx, push);
  await endPrompt(ctx, { depositId: prompt.id, pushedAt: push.pushedAt });
  // The callback said so too: two roads agree.
  if (saidNoByCallback(push)) return stopChecking(ctx, prompt);
  if (noes < 2 || !isLate(ctx, prompt)) return askLater(ctx, prompt, { noes });
  const reason = said.result.reason;
  assert(reason !== null, "a no has a reason");
  const failed = await failDeposit(ctx, { depositId: prompt.id, reason });
  // Stopped by the customer, or in review: two noes say nothing that could not be said later too.
  if (!failed) await stopChecking(ctx, prompt);
}

/** Late enough for a "no" to count. */
function isLate(ctx: Ctx, prompt: Prompt): boolean {
  return ctx.now() >= countsAtOf(prompt);
}

function countsAtOf(prompt: Prompt): Date {
  return addMs(prompt.stkPush.pushedAt ?? prompt.createdAt, NO_COUNTS_AFTER_MS);
}

/** How many noes there are now. One that follows too soon on another is no second one. */
async function countNo(ctx: Ctx, push: StkPush): Promise<number> {
  const now = ctx.now();
  if (push.lastNoAt && now < addMs(push.lastNoAt, NOES_APART_MS)) return push.noes;
  const { count } = await ctx.db.stkPush.updateMany({
    where: { depositId: push.depositId, noes: push.noes },
    data: { noes: { increment: 1 }, lastNoAt: now },
  });
  return push.noes + count;
}

function saidNoByCallback(push: StkPush): boolean {
  if (push.callbackCode === null) return false;
  const { class: said } = readStkResult(push.callbackCode, push.callbackText ?? "");
  return said === "final_failure" || said === "retryable" || said === "configuration";
}

async function hold(
  ctx: Ctx,
  prompt: Prompt,
  reason: "contradiction" | "unknown_code" | "unclear_result",
): Promise<void> {
  const checkedAgainAt = reason === "contradiction" ? null : dueAfter(ctx, prompt);
  const held = await holdDeposit(ctx, {
    depositId: prompt.id,
    reason,
    nextCheckAt: checkedAgainAt,
  });
  if (!held) await (checkedAgainAt ? askLater(ctx, prompt) : stopChecking(ctx, prompt));
}

/** Nothing was learnt. At the end of all look-ups a person is told. */
async function askLater(
  ctx: Ctx,
  prompt: Prompt,
  found: { noes?: number; unanswered?: number } = {},
): Promise<void> {
  if (ctx.now() >= prompt.deadlineAt) return endOfChecks(ctx, prompt);
  await scheduleAt(ctx, prompt, dueAfter(ctx, prompt, found), { counts: true });
}

/** Not paid is what two denials say, apart from each other; with fewer, only a person can tell. */
async function endOfChecks(ctx: Ctx, prompt: Prompt): Promise<void> {
  const { stkPush: push } = prompt;
  const denials = push.noes + (saidNoByCallback(push) ? 1 : 0);
  if (denials < 2 || prompt.state !== "failed") {
    const held = await holdDeposit(ctx, {
      depositId: prompt.id,
      reason: "unconfirmed",
      nextCheckAt: null,
    });
    if (held) return;
  }
  await withTransaction(ctx, async (tx) => {
    await stopChecking(tx, prompt);
    await recordAudit(tx, {
      action: "deposit.checks_ended",
      subjectId: prompt.id,
      after: { checks: prompt.checksDone, noes: push.noes },
    });
  });
}

function dueAfter(
  ctx: Ctx,
  prompt: Prompt,
  found: { noes?: number; unanswered?: number } = {},
): Date {
  const dueAt = nextCheckAt({
    sentAt: prompt.stkPush.pushedAt ?? prompt.createdAt,
    noes: found.noes ?? prompt.stkPush.noes,
    now: ctx.now(),
    unanswered: found.unanswered,
  });
  return dueAt < prompt.deadlineAt ? dueAt : prompt.deadlineAt;
}

/**
 * We could not ask: that is no look-up. What has waited long waits a little longer, so that thousands of
 * them do not come back in one moment, before those whose customers look at the page.
 */
async function postpone(ctx: Ctx, prompt: Prompt, { retryAt }: NotSent): Promise<void> {
  const base = retryAt && retryAt > ctx.now() ? retryAt : ctx.now();
  const isOld = ctx.now() >= addMs(prompt.createdAt, FRESH_MS);
  const delayMs = isOld ? OLD_DELAY_MS * Math.random() : 0;
  await scheduleAt(ctx, prompt, addMs(base, BUSY_DELAY_MS + delayMs));
}

async function scheduleAt(
  ctx: Ctx,
  prompt: Prompt,
  dueAt: Date,
  { counts = false } = {},
): Promise<void> {
  await ctx.db.deposit.updateMany({
    where: { id: prompt.id, state: { in: ["pending", "submitted", "failed", "needs_review"] } },
    data: { nextCheckAt: dueAt, checksDone: counts ? { increment: 1 } : undefined },
  });
}

async function stopChecking(ctx: Ctx, prompt: Prompt): Promise<void> {
  await ctx.db.deposit.updateMany({
    where: { id: prompt.id, state: prompt.state },
    data: { nextCheckAt: null },
  });
}
