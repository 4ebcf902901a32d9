import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { isId } from "@/lib/kit/ids";
import { PARTS_OF_PAYMENT, toPaymentResource } from "./payment-resource";
import { depositsGivenBackBy } from "./refunds/deposits-given-back-by";
import type { PaymentResource } from "./schemas";
import { toWithdrawalResource } from "./withdrawals/withdrawal-resource";

/** One payment of the signed-in customer, in or out. Throws `NotFoundError` when there is none, or it is not theirs. */
export async function getPayment(ctx: Ctx, input: { paymentId: string }): Promise<PaymentResource> {
  if (ctx.actor.kind !== "customer") throw new NotFoundError();
  const where = { id: input.paymentId, merchantId: ctx.merchantId, customerId: ctx.actor.id };
  if (isId("withdrawal", input.paymentId)) {
    const withdrawal = await ctx.db.withdrawal.findFirst({ where });
    if (!withdrawal) throw new NotFoundError();
    const refunds = await depositsGivenBackBy(ctx, [withdrawal.id]);
    return toWithdrawalResource(withdrawal, ctx.now(), refunds.get(withdrawal.id));
  }
  const deposit = await ctx.db.deposit.findFirst({ where, include: PARTS_OF_PAYMENT });
  if (!deposit) throw new NotFoundError();
  return toPaymentResource(deposit, ctx.now());
}
