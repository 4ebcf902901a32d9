import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import type { Prisma } from "@/lib/db";
import type { Refund, Withdrawal } from "@/lib/generated/prisma/client";
import { assert, unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { metrics } from "@/lib/metrics";
import type { WithdrawalEvent } from "../withdrawals/withdrawal.machine";
import { moveRefund } from "./move-refund";
import { returnRefundShare, reverseWhenAllIsBack } from "./refund-share";
import type { RefundEvent } from "./refund.machine";
import { announceRefunded } from "./settle-refund";

/**
 * Moves the refund that a withdrawal carries out along with it, in the same Postgres transaction: what becomes
 * of the voucher is what becomes of the refund. The money is held, and ends, by the withdrawal's movements.
 */
export async function followWithdrawal(
  tx: Ctx,
  withdrawalId: string,
  event: WithdrawalEvent,
): Promise<void> {
  const refund = await tx.db.refund.findUnique({ where: { withdrawalId } });
  if (!refund) return;
  const withdrawal = await tx.db.withdrawal.findUniqueOrThrow({ where: { id: withdrawalId } });
  const own = event === "pay" ? "complete" : event;
  const moved = await moveRefund(tx, refund.id, own, whatIsTold(tx, own, withdrawal));
  assert(moved, "a refund stands where its withdrawal does");
  await book(tx, own, refund);
}

/** Follows the withdrawal's row, which says why and when. */
function whatIsTold(
  tx: Ctx,
  event: RefundEvent,
  withdrawal: Withdrawal,
): Prisma.RefundUpdateManyMutationInput {
  const { reason, sentAt, submittedAt, deadlineAt, decidedById, decidedAt, decisionNote } =
    withdrawal;
  const shared = { reason, sentAt, submittedAt, deadlineAt, decidedById, decidedAt, decisionNote };
  switch (event) {
    case "complete":
      return { ...shared, settledAt: tx.now() };
    case "fail":
    case "give_up":
    case "turn_down":
      return { ...shared, failedAt: tx.now() };
    case "approve":
    case "send":
    case "defer":
    case "accept":
    case "hold":
    case "park":
    case "contradict":
      return shared;
    case "order_again":
      throw new Error("a voucher is never ordered again");
    default:
      return unreachable(event);
  }
}

async function book(tx: Ctx, event: RefundEvent, refund: Refund): Promise<void> {
  const { id, depositId, amountCents } = refund;
  assert(depositId !== null, "only a deposit goes back by a voucher");
  if (event === "complete") {
    const isReversed = await reverseWhenAllIsBack(tx, depositId);
    await recordAudit(tx, {
      action: "refund.done",
      subjectId: id,
      after: { amount: decimalFromCents(amountCents), withdrawal: refund.withdrawalId },
    });
    await announceRefunded(tx, refund, { isReversed });
    metrics.refundsEnded.inc({ method: "payout_voucher", result: "done" });
  }
  if (event === "fail" || event === "give_up" || event === "turn_down") {
    await returnRefundShare(tx, { depositId, amountCents });
    await recordAudit(tx, {
      action: "refund.failed",
      subjectId: id,
      after: { put_back: decimalFromCents(amountCents), withdrawal: refund.withdrawalId },
    });
    metrics.refundsEnded.inc({ method: "payout_voucher", result: "failed" });
  }
}
