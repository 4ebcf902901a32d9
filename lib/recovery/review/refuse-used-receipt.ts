import type { Ctx } from "@/lib/context";
import { ConflictError, InvalidInputError } from "@/lib/errors";
import { isId } from "@/lib/kit/ids";
import { ownerOfReceipt } from "@/lib/payments/take-receipt";

/**
 * Throws `ConflictError("receipt_taken")` when a receipt belongs to another payment already, and
 * `InvalidInputError` when it stands in suspense with another amount. The receipts' primary key decides in
 * the end; this says why, before.
 */
export async function refuseUsedReceipt(
  ctx: Ctx,
  input: { provider: string; receipt: string; amountCents: bigint },
): Promise<void> {
  const { provider, receipt: number } = input;
  if ((await ownerOfReceipt(ctx, { provider, number })) !== null)
    throw new ConflictError("receipt_taken");
  const holder = await ctx.db.receipt.findUnique({
    where: { provider_number: { provider, number } },
    select: { paymentId: true },
  });
  if (!holder || !isId("transaction", holder.paymentId)) return;
  const inSuspense = await ctx.db.providerTransaction.findFirst({
    where: { id: holder.paymentId, merchantId: ctx.merchantId },
    select: { amountCents: true },
  });
  if (!inSuspense) throw new ConflictError("receipt_taken");
  if (inSuspense.amountCents !== input.amountCents)
    throw new InvalidInputError({ creditAmount: "differs_from_books" });
}
