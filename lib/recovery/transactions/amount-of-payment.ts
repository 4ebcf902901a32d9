import type { Ctx } from "@/lib/context";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { isId } from "@/lib/kit/ids";

/**
 * What a payment of ours moved at its provider under a line's receipt, in cents, negative out of the
 * merchant's account; null when it has moved nothing that we know.
 */
export async function amountOfPayment(
  ctx: Ctx,
  paymentId: string,
  line: Pick<ProviderTransaction, "kind" | "receipt">,
): Promise<bigint | null> {
  const where = { id: paymentId, merchantId: ctx.merchantId };
  if (isId("deposit", paymentId)) {
    const deposit = await ctx.db.deposit.findFirst({ where, select: { paidCents: true } });
    return deposit?.paidCents ?? null;
  }
  if (isId("withdrawal", paymentId)) {
    const withdrawal = await ctx.db.withdrawal.findFirst({ where, select: { amountCents: true } });
    return withdrawal ? -withdrawal.amountCents : null;
  }
  if (isId("refund", paymentId)) {
    const select = { amountCents: true, receipt: true } as const;
    const refund = await ctx.db.refund.findFirst({ where, select });
    if (!refund) return null;
    // What a refund gives back had come in, under a receipt of its own.
    const cameIn = line.kind === "payment_in" && line.receipt === refund.receipt;
    return cameIn ? refund.amountCents : -refund.amountCents;
  }
  const transaction = await ctx.db.providerTransaction.findFirst({
    where,
    select: { amountCents: true },
  });
  return transaction?.amountCents ?? null;
}
