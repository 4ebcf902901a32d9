import type { Ctx } from "@/lib/context";
import type { ProviderAccount, Refund } from "@/lib/generated/prisma/client";
import { assert, unreachable } from "@/lib/kit/assert";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import { openOperatorAccount } from "@/lib/merchants/open-operator-account";
import { callWithAccess } from "@/lib/provider-gate/call-with-access";
import { providers } from "@/lib/providers/registry";
import {
  ASKS_APART_MS,
  MPESA_PATIENCE_MS,
  nextAskAt,
  nextSendAt,
  notAskedLately,
} from "../withdrawals/withdrawal-times";
import { failRefund } from "./fail-refund";
import { holdRefund } from "./hold-refund";
import { isRefundForAPerson } from "./refund-reasons";
import { reversalAddresses } from "./reversal-addresses";
import { sendRefund } from "./send-refund";

/** A sweep works several at once and may wait; a full load still fits into its lease. */
const TURN_WAIT_MAX_MS = 5 * SECOND_MS;

type Checked = Refund & { account: ProviderAccount | null };

/**
 * Does what is due for one open refund: sends what stands in line, ends what nobody approved, asks M-Pesa
 * about what it has taken, and hands to a person what nobody can tell of. It never puts money back because
 * time has passed, once M-Pesa may have been asked. Every path leaves a due time, or none needed.
 */
export async function checkRefund(ctx: Ctx, input: { refundId: string }): Promise<void> {
  const refund = await ctx.db.refund.findFirst({
    where: { id: input.refundId, merchantId: ctx.merchantId },
    include: { account: true },
  });
  if (!refund) return;
  // A voucher's refund is looked after as the withdrawal it is.
  if (refund.method !== "reversal") return scheduleAt(ctx, refund, null);
  switch (refund.state) {
    case "requested":
      return sendRefund(ctx, input);
    case "awaiting_approval":
      return expireApproval(ctx, refund);
    case "sending":
    case "submitted":
    case "needs_review":
      return lookUp(ctx, refund);
    case "done":
    case "failed":
      return scheduleAt(ctx, refund, null);
    default:
      return unreachable(refund.state);
  }
}

async function expireApproval(ctx: Ctx, refund: Checked): Promise<void> {
  if (ctx.now() < refund.deadlineAt) return scheduleAt(ctx, refund, refund.deadlineAt);
  const reason = "approval_expired";
  await failRefund(ctx, { refundId: refund.id, reason, event: "turn_down" });
}

/** True while a look-up could change something: M-Pesa is asked by the id it gave the order. */
export function mayAskAboutRefund(
  refund: Pick<Refund, "state" | "reason" | "sentAt" | "originatorConversationId">,
): boolean {
  const { state, sentAt, originatorConversationId } = refund;
  if (sentAt === null || originatorConversationId === null) return false;
  if (state === "needs_review") return !isRefundForAPerson(refund);
  return state === "sending" || state === "submitted";
}

async function lookUp(ctx: Ctx, refund: Checked): Promise<void> {
  const { sentAt, state } = refund;
  const mayAsk = mayAskAboutRefund(refund);
  if (sentAt === null || (state === "needs_review" && !mayAsk))
    return scheduleAt(ctx, refund, null);
  const now = ctx.now();
  const isOver = now >= refund.deadlineAt;
  const nextAt = mayAsk && !isOver ? nextAskAt({ sentAt, now }) : null;
  const patienceEndsAt = addMs(sentAt, MPESA_PATIENCE_MS);
  if (now >= patienceEndsAt && state !== "needs_review") {
    const reason = "unconfirmed";
    const held = await holdRefund(ctx, { refundId: refund.id, reason, nextCheckAt: nextAt });
    if (!held) return;
  }
  if (isOver) return scheduleAt(ctx, refund, null);
  if (mayAsk) return ask(ctx, refund, sentAt);
  // Without an id nothing can be asked: its result may still come, and then a person looks.
  await scheduleAt(ctx, refund, patienceEndsAt);
}

async function ask(ctx: Ctx, refund: Checked, sentAt: Date): Promise<void> {
  const { account, originatorConversationId } = refund;
  assert(account && originatorConversationId, "an order that M-Pesa has taken has its id");
  // An operator M-Pesa refuses learns nothing, and its password comes nearer to being locked.
  if (account.payoutsStopped !== null) {
    return scheduleAt(ctx, refund, nextAskAt({ sentAt, now: ctx.now() }));
  }
  const mayAskAt = await takeAsk(ctx, refund.id);
  if (mayAskAt !== null) return scheduleAt(ctx, refund, mayAskAt);
  const provider = providers.reversal();
  const outcome = await callWithAccess(
    ctx,
    provider,
    openOperatorAccount(account),
    { operation: "tx_status", subjectId: refund.id, waitMaxMs: TURN_WAIT_MAX_MS },
    (access) =>
      provider.askTransaction(access, {
        originatorConversationId,
        ...reversalAddresses(account, "status", refund.id),
      }),
  );
  const now = ctx.now();
  if (outcome.kind === "not_sent") {
    return scheduleAt(ctx, refund, nextSendAt({ now, retryAt: outcome.retryAt }));
  }
  // The answer comes by itself; should it not, the next question is due anyway.
  await ctx.db.refund.updateMany({
    where: { id: refund.id, state: { in: ["sending", "submitted", "needs_review"] } },
    data: { statusAsks: { increment: 1 }, nextCheckAt: nextAskAt({ sentAt, now }) },
  });
}

/** Null when M-Pesa may be asked now, and nobody else asks meanwhile; else when it may be. */
async function takeAsk(ctx: Ctx, refundId: string): Promise<Date | null> {
  const now = ctx.now();
  const { count } = await ctx.db.refund.updateMany({
    where: { id: refundId, ...notAskedLately(now) },
    data: { statusAskedAt: now },
  });
  return count === 1 ? null : addMs(now, ASKS_APART_MS);
}

/** Writes the next due time, unless the refund has moved meanwhile. */
async function scheduleAt(ctx: Ctx, refund: Checked, dueAt: Date | null): Promise<void> {
  await ctx.db.refund.updateMany({
    where: { id: refund.id, state: refund.state, sentAt: refund.sentAt },
    data: { nextCheckAt: dueAt },
  });
}
