import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { failDeposit } from "./fail-deposit";

/**
 * The customer stops waiting. Only the screen is closed: the prompt may still stand on the phone, so
 * M-Pesa is asked now and later, money that was paid is credited, and the phone is not prompted again
 * before that prompt has ended. Throws `NotFoundError` when the payment is no M-Pesa deposit of this
 * customer.
 */
export async function cancelMpesaDeposit(ctx: Ctx, input: { paymentId: string }): Promise<void> {
  const deposit = await ctx.db.deposit.findFirst({
    where: {
      id: input.paymentId,
      merchantId: ctx.merchantId,
      customerId: ctx.actor.id,
      method: "mpesa",
    },
    select: { id: true },
  });
  if (!deposit || ctx.actor.kind !== "customer") throw new NotFoundError();
  await failDeposit(ctx, {
    depositId: deposit.id,
    reason: "cancelled_here",
    nextCheckAt: ctx.now(),
  });
}
