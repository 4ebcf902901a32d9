import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { log } from "@/lib/log";

/**
 * Lets nothing more be paid out from an account: M-Pesa has turned its operator away, and each further try
 * brings that operator closer to being locked. Its keys saved anew, or a person, let it pay again. True
 * when this call has stopped it.
 */
export async function stopPayouts(
  ctx: Ctx,
  input: { accountId: string; reason: string; orderedAt: Date },
): Promise<boolean> {
  const { accountId, reason, orderedAt } = input;
  const stopped = await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.providerAccount.updateMany({
      where: {
        id: accountId,
        merchantId: tx.merchantId,
        payoutsStopped: null,
        // A late word about the operator before says nothing about the one who is there now.
        OR: [{ operatorSince: null }, { operatorSince: { lte: orderedAt } }],
      },
      data: { payoutsStopped: reason },
    });
    if (count === 0) return false;
    await recordAudit(tx, {
      action: "provider_account.payouts_stopped",
      subjectId: accountId,
      after: { reason },
    });
    return true;
  });
  if (stopped) log().error({ accountId, reason }, "payouts from this M-Pesa account are stopped");
  return stopped;
}
