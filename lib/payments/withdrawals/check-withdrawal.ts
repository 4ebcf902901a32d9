import type { Ctx } from "@/lib/context";
import type { ProviderAccount, Withdrawal } from "@/lib/generated/prisma/client";
import { assert, unreachable } from "@/lib/kit/assert";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import { openPayoutAccount } from "@/lib/merchants/open-payout-account";
import { callWithAccess } from "@/lib/provider-gate/call-with-access";
import { providers } from "@/lib/providers/registry";
import { failWithdrawal } from "./fail-withdrawal";
import { isForAPerson } from "./for-a-person";
import { holdWithdrawal } from "./hold-withdrawal";
import { payoutAddresses } from "./payout-addresses";
import { sendWithdrawal } from "./send-withdrawal";
import {
  ASKS_APART_MS,
  MPESA_PATIENCE_MS,
  nextAskAt,
  nextSendAt,
  notAskedLately,
  VOUCHER_PATIENCE_MS,
} from "./withdrawal-times";

/** A sweep works several at once and may wait; a full load still fits into its lease. */
const TURN_WAIT_MAX_MS = 5 * SECOND_MS;

type Checked = Withdrawal & { account: ProviderAccount | null };

/**
 * Does what is due for one open withdrawal: sends what stands in line, ends what nobody approved, asks
 * M-Pesa about what it has taken, and hands to a person what nobody can tell of. It never gives money back
 * because time has passed, once the provider may have been asked. Every path leaves a due time, or none
 * needed.
 */
export async function checkWithdrawal(ctx: Ctx, input: { withdrawalId: string }): Promise<void> {
  const withdrawal = await ctx.db.withdrawal.findFirst({
    where: { id: input.withdrawalId, merchantId: ctx.merchantId },
    include: { account: true },
  });
  if (!withdrawal) return;
  switch (withdrawal.state) {
    case "requested":
      return sendWithdrawal(ctx, input);
    case "awaiting_approval":
      return expireApproval(ctx, withdrawal);
    case "sending":
    case "submitted":
    case "needs_review":
      return withdrawal.method === "mpesa"
        ? lookUp(ctx, withdrawal)
        : waitForCallback(ctx, withdrawal);
    case "paid":
    case "failed":
      return scheduleAt(ctx, withdrawal, null);
    default:
      return unreachable(withdrawal.state);
  }
}

/** True while a look-up could change something. */
export function mayAsk(
  withdrawal: Pick<Withdrawal, "method" | "state" | "reason" | "sentAt">,
): boolean {
  const { method, state, reason, sentAt } = withdrawal;
  if (method !== "mpesa" || sentAt === null) return false;
  if (state === "needs_review") return !isForAPerson({ reason });
  return state === "sending" || state === "submitted";
}

async function expireApproval(ctx: Ctx, withdrawal: Checked): Promise<void> {
  if (ctx.now() < withdrawal.deadlineAt) return scheduleAt(ctx, withdrawal, withdrawal.deadlineAt);
  await failWithdrawal(ctx, {
    withdrawalId: withdrawal.id,
    reason: "approval_expired",
    event: "turn_down",
  });
}

/** Nothing can be asked about a voucher: its callback says, and then a person. */
async function waitForCallback(ctx: Ctx, withdrawal: Checked): Promise<void> {
  if (isForAPerson(withdrawal)) return scheduleAt(ctx, withdrawal, null);
  const { sentAt } = withdrawal;
  assert(sentAt !== null, "what was sent has a time");
  const patienceEndsAt = addMs(sentAt, VOUCHER_PATIENCE_MS);
  if (ctx.now() < patienceEndsAt) return scheduleAt(ctx, withdrawal, patienceEndsAt);
  const held = await holdWithdrawal(ctx, {
    withdrawalId: withdrawal.id,
    reason: "unconfirmed",
    nextCheckAt: null,
  });
  if (!held) await scheduleAt(ctx, withdrawal, null);
}

async function lookUp(ctx: Ctx, withdrawal: Checked): Promise<void> {
  if (!mayAsk(withdrawal)) return scheduleAt(ctx, withdrawal, null);
  const { sentAt } = withdrawal;
  assert(sentAt !== null, "what was sent has a time");
  const isOver = ctx.now() >= withdrawal.deadlineAt;
  if (ctx.now() >= addMs(sentAt, MPESA_PATIENCE_MS) && withdrawal.state !== "needs_review") {
    await holdWithdrawal(ctx, {
      withdrawalId: withdrawal.id,
      reason: "unconfirmed",
      nextCheckAt: isOver ? null : nextAskAt({ sentAt, now: ctx.now() }),
    });
  }
  if (isOver) return scheduleAt(ctx, withdrawal, null);
  await ask(ctx, withdrawal, sentAt);
}

async function ask(ctx: Ctx, withdrawal: Checked, sentAt: Date): Promise<void> {
  const { account } = withdrawal;
  assert(account, "M-Pesa pays from an account");
  // An operator M-Pesa refuses learns nothing, and its password comes nearer to being locked.
  if (account.payoutsStopped !== null) {
    return scheduleAt(ctx, withdrawal, nextAskAt({ sentAt, now: ctx.now() }));
  }
  const mayAskAt = await takeAsk(ctx, withdrawal.id);
  if (mayAskAt !== null) return scheduleAt(ctx, withdrawal, mayAskAt);
  const provider = providers.payout();
  const outcome = await callWithAccess(
    ctx,
    provider,
    openPayoutAccount(account),
    { operation: "tx_status", subjectId: withdrawal.id, waitMaxMs: TURN_WAIT_MAX_MS },
    (access) =>
      provider.askPayout(access, {
        reference: withdrawal.providerRef,
        ...payoutAddresses(account, "status", withdrawal.id),
      }),
  );
  const now = ctx.now();
  if (outcome.kind === "not_sent") {
    return scheduleAt(ctx, withdrawal, nextSendAt({ now, retryAt: outcome.retryAt }));
  }
  // The answer comes by itself; should it not, the next question is due anyway.
  await ctx.db.withdrawal.updateMany({
    where: { id: withdrawal.id, state: { in: ["sending", "submitted", "needs_review"] } },
    data: { statusAsks: { increment: 1 }, nextCheckAt: nextAskAt({ sentAt, now }) },
  });
}

/** Null when M-Pesa may be asked now, and nobody else asks meanwhile; else when it may be. */
async function takeAsk(ctx: Ctx, withdrawalId: string): Promise<Date | null> {
  const now = ctx.now();
  const { count } = await ctx.db.withdrawal.updateMany({
    where: { id: withdrawalId, ...notAskedLately(now) },
    data: { statusAskedAt: now },
  });
  return count === 1 ? null : addMs(now, ASKS_APART_MS);
}

async function scheduleAt(ctx: Ctx, withdrawal: Checked, dueAt: Date | null): Promise<void> {
  await ctx.db.withdrawal.updateMany({
    where: { id: withdrawal.id, state: withdrawal.state },
    data: { nextCheckAt: dueAt },
  });
}
