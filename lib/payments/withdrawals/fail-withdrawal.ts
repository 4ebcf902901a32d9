import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { decimalFromCents } from "@/lib/kit/money";
import { customerAvailable } from "@/lib/ledger/accounts";
import { metrics } from "@/lib/metrics";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import type { WithdrawalReason } from "../schemas";
import { balanceForEvent } from "./emit-balance";
import { endHold } from "./end-hold";
import { moveWithdrawal } from "./move-withdrawal";
import { NOTHING_SAYS_PAID } from "./nothing-says-paid";

/**
 * Ends a withdrawal that provably did not go out, and gives all of its money back in the same Postgres
 * transaction. False when it had ended already. Never called because time passed after the provider was
 * asked: silence is no refusal.
 */
export async function failWithdrawal(
  ctx: Ctx,
  input: {
    withdrawalId: string;
    reason: WithdrawalReason;
    /** `give_up` and `turn_down` end what was never sent; `fail`, the usual, what was sent and refused. */
    event?: "fail" | "give_up" | "turn_down";
    /** A person is certain that it was not paid, whatever a message said. */
    isCertain?: boolean;
  },
): Promise<boolean> {
  const { withdrawalId, reason } = input;
  const method = await withTransaction(ctx, async (tx) => {
    const { event = "fail", isCertain = false } = input;
    const data = { reason, failedAt: tx.now(), nextCheckAt: null };
    const only = event === "fail" && !isCertain ? NOTHING_SAYS_PAID : {};
    const moved = await moveWithdrawal(tx, withdrawalId, event, data, only);
    if (!moved) return null;
    const withdrawal = await tx.db.withdrawal.findUniqueOrThrow({ where: { id: withdrawalId } });
    const { customerId } = withdrawal;
    const totalCents = withdrawal.amountCents + withdrawal.feeCents;
    const back = { account: customerAvailable(customerId), amountCents: totalCents };
    const movementId = await endHold(tx, withdrawal, [back], { givesBack: true });
    await recordAudit(tx, {
      action: "withdrawal.failed",
      subjectId: withdrawalId,
      after: { reason, given_back: decimalFromCents(totalCents), movement: movementId },
    });
    await emitLiveEvent(tx, customerId, {
      type: "withdrawal_failed",
      payload: {
        withdrawal_id: withdrawalId,
        reason,
        ...(await balanceForEvent(tx, customerId)),
      },
    });
    return withdrawal.method;
  });
  if (method) metrics.withdrawalsEnded.inc({ method, result: "failed" });
  return method !== null;
}
