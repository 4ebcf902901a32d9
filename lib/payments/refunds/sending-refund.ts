import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { ProviderAccount, Refund } from "@/lib/generated/prisma/client";
import { addMs } from "@/lib/kit/time";
import { CHECKS_END_AFTER_MS, nextAskAt, nextSendAt } from "../withdrawals/withdrawal-times";
import { moveRefund } from "./move-refund";

/** A refund that stands in line, with the shortcode that took the payment. */
export type SendableRefund = Refund & { account: ProviderAccount | null };

/**
 * Commits that M-Pesa is about to be asked, and when it is looked up should no answer come. Returns the moment
 * that was committed, which names this very attempt; null when another process was first: then this one must
 * not ask.
 */
export async function commitRefundIntent(ctx: Ctx, refundId: string): Promise<Date | null> {
  const sentAt = ctx.now();
  return withTransaction(ctx, async (tx) => {
    const moved = await moveRefund(tx, refundId, "send", {
      sentAt,
      nextCheckAt: nextAskAt({ sentAt, now: sentAt }),
      deadlineAt: addMs(sentAt, CHECKS_END_AFTER_MS),
    });
    if (!moved) return null;
    await recordAudit(tx, { action: "refund.sending", subjectId: refundId });
    return sentAt;
  });
}

/** M-Pesa was not asked at all, and nothing was committed: it stays in line. */
export async function keepInLine(
  ctx: Ctx,
  refund: SendableRefund,
  { retryAt }: { retryAt: Date | null },
): Promise<void> {
  await ctx.db.refund.updateMany({
    where: { id: refund.id, state: "requested" },
    data: { nextCheckAt: nextSendAt({ now: ctx.now(), retryAt }) },
  });
}

/**
 * Puts a refund back in line whose call provably never reached M-Pesa: the connection was not made, or the
 * gateway turned it away unread. Only the attempt that made the call can say so. Its patience is what it was.
 */
export async function deferRefund(
  ctx: Ctx,
  refund: SendableRefund,
  why: { because: string; retryAt: Date | null; sentAt: Date },
): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const moved = await moveRefund(
      tx,
      refund.id,
      "defer",
      {
        sentAt: null,
        deadlineAt: refund.deadlineAt,
        nextCheckAt: nextSendAt({ now: tx.now(), retryAt: why.retryAt }),
      },
      { sentAt: why.sentAt },
    );
    if (!moved) return;
    await recordAudit(tx, {
      action: "refund.not_sent",
      subjectId: refund.id,
      after: { because: why.because },
    });
  });
}
