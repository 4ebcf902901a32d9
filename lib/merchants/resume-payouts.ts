import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";

/**
 * Lets an account pay out again with the operator it has, after somebody has unlocked that one at M-Pesa.
 * For the merchant's admins; throws `ForbiddenError` otherwise. False when nothing was stopped.
 */
export async function resumePayouts(
  ctx: Ctx,
  { accountId }: { accountId: string },
): Promise<boolean> {
  if (ctx.actor.kind !== "staff" || ctx.actor.role !== "admin") throw new ForbiddenError();
  return withTransaction(ctx, async (tx) => {
    const account = await tx.db.providerAccount.findFirst({
      where: { id: accountId, merchantId: tx.merchantId, payoutsStopped: { not: null } },
      select: { payoutsStopped: true },
    });
    if (!account) return false;
    const reason = account.payoutsStopped;
    const { count } = await tx.db.providerAccount.updateMany({
      where: { id: accountId, payoutsStopped: reason },
      data: { payoutsStopped: null, operatorSince: tx.now() },
    });
    if (count === 0) return false;
    const action = "provider_account.payouts_resumed";
    await recordAudit(tx, { action, subjectId: accountId, before: { reason } });
    return true;
  });
}
