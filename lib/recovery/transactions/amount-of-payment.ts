import type { Ctx } from "@/lib/context";
import { isId } from "@/lib/kit/ids";

/** What a payment moved at its provider, in cents, in or out; null when it has moved nothing that we know. */
export async function amountOfPayment(ctx: Ctx, paymentId: string): Promise<bigint | null> {
  const where = { id: paymentId, merchantId: ctx.merchantId };
  if (isId("deposit", paymentId)) {
    const deposit = await ctx.db.deposit.findFirst({ where, select: { paidCents: true } });
    return deposit?.paidCents ?? null;
  }
  if (isId("withdrawal", paymentId)) {
    const withdrawal = await ctx.db.withdrawal.findFirst({ where, select: { amountCents: true } });
    return withdrawal?.amountCents ?? null;
  }
  if (isId("refund", paymentId)) {
    const refund = await ctx.db.refund.findFirst({ where, select: { amountCents: true } });
    return refund?.amountCents ?? null;
  }
  const transaction = await ctx.db.providerTransaction.findFirst({
    where,
    select: { amountCents: true },
  });
  return transaction?.amountCents ?? null;
}
