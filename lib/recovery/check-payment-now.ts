import { withTransaction, type Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { requestChecks } from "./request-checks";

/**
 * "I have paid, check again": has the worker look at the customer's payment at once. However often it
 * is pressed, one look-up waits. Throws `NotFoundError` when the payment is not this customer's.
 */
export async function checkPaymentNow(ctx: Ctx, input: { paymentId: string }): Promise<void> {
  const deposit = await ctx.db.deposit.findFirst({
    where: { id: input.paymentId, merchantId: ctx.merchantId, customerId: ctx.actor.id },
    select: { id: true },
  });
  if (!deposit) throw new NotFoundError();
  await withTransaction(ctx, (tx) => requestChecks(tx, deposit.id));
}
