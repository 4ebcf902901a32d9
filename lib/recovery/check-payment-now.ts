import { withTransaction, type Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { enqueue } from "@/lib/jobs/queue";
import { resumeRedemptionJob } from "@/lib/payments/jobs";
import { requestDepositCheck } from "@/lib/payments/request-deposit-check";

/**
 * "I have paid, check again": has the worker look at the customer's payment at once. However often it
 * is pressed, one look-up waits. Throws `NotFoundError` when the payment is not this customer's.
 */
export async function checkPaymentNow(ctx: Ctx, input: { paymentId: string }): Promise<void> {
  const deposit = await ctx.db.deposit.findFirst({
    where: { id: input.paymentId, merchantId: ctx.merchantId, customerId: ctx.actor.id },
    select: {
      id: true,
      redemptions: { where: { state: { in: ["redeeming", "unknown"] } }, select: { id: true } },
    },
  });
  if (!deposit) throw new NotFoundError();
  await withTransaction(ctx, async (tx) => {
    for (const claim of deposit.redemptions) {
      await enqueue(
        tx,
        resumeRedemptionJob,
        { merchantId: tx.merchantId, redemptionId: claim.id },
        { key: `redemption:${claim.id}` },
      );
    }
    await requestDepositCheck(tx, deposit.id);
  });
}
