import { withTransaction, type Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { ownerOfPayment } from "./owner-of-payment";
import { requestChecks } from "./request-checks";

/**
 * "I have paid, check again": has the worker look at the customer's payment at once. However often it
 * is pressed, one look-up waits. Throws `NotFoundError` when the payment is not this customer's.
 */
export async function checkPaymentNow(ctx: Ctx, input: { paymentId: string }): Promise<void> {
  const owner = await ownerOfPayment(ctx, input.paymentId);
  const isTheirs = owner?.merchantId === ctx.merchantId && owner.customerId === ctx.actor.id;
  if (!isTheirs) throw new NotFoundError();
  await withTransaction(ctx, (tx) => requestChecks(tx, input.paymentId));
}
