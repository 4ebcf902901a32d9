import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { metrics } from "@/lib/metrics";
import { emitBalance } from "../withdrawals/emit-balance";
import { moveRefund } from "./move-refund";
import { putBackRefundMoney } from "./refund-money";
import { NOTHING_SAYS_DONE, ORDERED_ONCE, type RefundReason } from "./refund-reasons";
import { returnRefundShare } from "./refund-share";
import { suspendAgain } from "./refunded-transaction";

/** How a refund that did not happen ends: what was never sent, by `give_up` or `turn_down`. */
export type Failing = "fail" | "give_up" | "turn_down";

/**
 * Ends a refund of which M-Pesa provably gave nothing back: its money goes back to the customer, or to
 * suspense, and its share of the deposit is free again, all in one Postgres transaction. The only verb that
 * does so. False when it had ended already, or something says that the money went back after all. Never
 * called because time passed after M-Pesa was asked: silence is no refusal. A person who knows more may end
 * what no message can (`decidedByPerson`).
 */
export async function failRefund(
  ctx: Ctx,
  input: {
    refundId: string;
    reason: RefundReason;
    event?: Failing;
    decidedByPerson?: boolean;
  },
): Promise<boolean> {
  const { refundId, reason, event = "fail", decidedByPerson = false } = input;
  const failed = await withTransaction(ctx, async (tx) => {
    const data = { reason, failedAt: tx.now(), nextCheckAt: null };
    const only = event === "fail" ? NOTHING_SAYS_DONE : ORDERED_ONCE;
    if (!(await moveRefund(tx, refundId, event, data, decidedByPerson ? {} : only))) return false;
    const refund = await tx.db.refund.findUniqueOrThrow({ where: { id: refundId } });
    assert(refund.method === "reversal", "a voucher's refund ends with its withdrawal");
    const { amountCents, depositId, customerId } = refund;
    if (depositId !== null) await returnRefundShare(tx, { depositId, amountCents });
    else await suspendAgain(tx, refund);
    const movement = await putBackRefundMoney(tx, refund);
    await recordAudit(tx, {
      action: "refund.failed",
      subjectId: refundId,
      after: { reason, put_back: decimalFromCents(amountCents), movement },
    });
    if (customerId !== null) await emitBalance(tx, customerId);
    return true;
  });
  if (failed) metrics.refundsEnded.inc({ method: "reversal", result: "failed" });
  return failed;
}
