import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { PARTS_OF_PAYMENT, toPaymentResource } from "./payment-resource";
import type { PaymentResource } from "./schemas";

/** One payment of the signed-in customer. Throws `NotFoundError` when there is none, or it is not theirs. */
export async function getPayment(ctx: Ctx, input: { paymentId: string }): Promise<PaymentResource> {
  const deposit = await ctx.db.deposit.findFirst({
    where: { id: input.paymentId, merchantId: ctx.merchantId, customerId: ctx.actor.id },
    include: PARTS_OF_PAYMENT,
  });
  if (!deposit || ctx.actor.kind !== "customer") throw new NotFoundError();
  return toPaymentResource(deposit, ctx.now());
}
