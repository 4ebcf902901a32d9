import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { ConflictError } from "@/lib/errors";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { metrics } from "@/lib/metrics";
import { BEYOND_PAID } from "./refund-reasons";
import { reverseWhenAllIsBack, takeRefundShare } from "./refund-share";
import { announceRefunded } from "./settle-refund";

/**
 * A voucher that was issued although its money had been put back is paid now, as a person decided: so the
 * refund that it carries out is done, and has its share of the deposit again. Where another refund has had
 * that share meanwhile a voucher too many went out, which no deposit counts: the refund stays failed and says so.
 * In the caller's transaction; withdrawals that carry out none are left alone.
 */
export async function endContradictedRefund(tx: Ctx, withdrawalId: string): Promise<void> {
  const refund = await tx.db.refund.findUnique({ where: { withdrawalId } });
  if (!refund) return;
  const { id, depositId, amountCents } = refund;
  assert(depositId !== null, "only a deposit goes back by a voucher");
  if (!(await isShareLeft(tx, { depositId, amountCents }))) {
    await tx.db.refund.update({
      where: { id },
      data: { state: "failed", reason: BEYOND_PAID, nextCheckAt: null },
      select: { id: true },
    });
    await recordAudit(tx, {
      action: "refund.beyond_paid",
      subjectId: id,
      after: { amount: decimalFromCents(amountCents), withdrawal: withdrawalId },
    });
    return;
  }
  await tx.db.refund.update({
    where: { id },
    data: { state: "done", reason: null, failedAt: null, settledAt: tx.now(), nextCheckAt: null },
    select: { id: true },
  });
  const isReversed = await reverseWhenAllIsBack(tx, depositId);
  await recordAudit(tx, {
    action: "refund.done",
    subjectId: id,
    after: { amount: decimalFromCents(amountCents), withdrawal: withdrawalId },
  });
  await announceRefunded(tx, refund, { isReversed });
  metrics.refundsEnded.inc({ method: "payout_voucher", result: "done" });
}

/** Takes the share; false when so much is not left. */
async function isShareLeft(
  tx: Ctx,
  share: { depositId: string; amountCents: bigint },
): Promise<boolean> {
  try {
    await takeRefundShare(tx, share);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
