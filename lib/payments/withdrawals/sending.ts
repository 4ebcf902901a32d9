import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { ProviderAccount, Withdrawal } from "@/lib/generated/prisma/client";
import { addMs } from "@/lib/kit/time";
import { moveWithdrawal } from "./move-withdrawal";
import { CHECKS_END_AFTER_MS, nextSendAt } from "./withdrawal-times";

/** A withdrawal that stands in line, with the account that pays it. */
export type Sendable = Withdrawal & { account: ProviderAccount | null };

/**
 * Commits that the provider is about to be asked, and when it is looked up should no answer come. Returns
 * the moment that was committed, which names this very attempt; null when another process was first: then
 * this one must not ask.
 */
export async function commitIntent(
  ctx: Ctx,
  withdrawalId: string,
  firstLookAt: Date,
): Promise<Date | null> {
  const sentAt = ctx.now();
  return withTransaction(ctx, async (tx) => {
    const moved = await moveWithdrawal(tx, withdrawalId, "send", {
      reason: null,
      sentAt,
      nextCheckAt: firstLookAt,
      deadlineAt: addMs(sentAt, CHECKS_END_AFTER_MS),
    });
    if (!moved) return null;
    await recordAudit(tx, { action: "withdrawal.sending", subjectId: withdrawalId });
    return sentAt;
  });
}

/** The provider was not asked at all, and nothing was committed: it stays in line. */
export async function stayInLine(
  ctx: Ctx,
  withdrawal: Sendable,
  { retryAt }: { retryAt: Date | null },
): Promise<void> {
  await ctx.db.withdrawal.updateMany({
    where: { id: withdrawal.id, state: "requested" },
    data: { nextCheckAt: nextSendAt({ now: ctx.now(), retryAt }) },
  });
}

/**
 * Puts a withdrawal back in line whose call provably never reached the provider: the connection was not
 * made, or the gateway turned it away unread. Only the attempt that made the call can say so. Its patience is
 * what it was.
 */
export async function defer(
  ctx: Ctx,
  withdrawal: Sendable,
  why: { because: string; retryAt: Date | null; sentAt: Date },
): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const moved = await moveWithdrawal(
      tx,
      withdrawal.id,
      "defer",
      {
        sentAt: null,
        deadlineAt: withdrawal.deadlineAt,
        nextCheckAt: nextSendAt({ now: tx.now(), retryAt: why.retryAt }),
      },
      { sentAt: why.sentAt },
    );
    if (!moved) return;
    await recordAudit(tx, {
      action: "withdrawal.not_sent",
      subjectId: withdrawal.id,
      after: { because: why.because },
    });
  });
}
