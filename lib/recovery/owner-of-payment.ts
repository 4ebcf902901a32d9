import type { Ctx } from "@/lib/context";
import { isId } from "@/lib/kit/ids";

/** Whose payment this is, in or out, whoever asks; null when there is none. */
export async function ownerOfPayment(
  ctx: Pick<Ctx, "db">,
  paymentId: string,
): Promise<{ merchantId: string; customerId: string } | null> {
  const query = {
    where: { id: paymentId },
    select: { merchantId: true, customerId: true },
  } as const;
  if (isId("refund", paymentId)) return ownerOfRefund(ctx, paymentId);
  return isId("withdrawal", paymentId)
    ? ctx.db.withdrawal.findUnique(query)
    : ctx.db.deposit.findUnique(query);
}

/** The merchant alone looks after a refund: customers have the payment that goes back. */
async function ownerOfRefund(
  ctx: Pick<Ctx, "db">,
  id: string,
): Promise<{ merchantId: string; customerId: string } | null> {
  const refund = await ctx.db.refund.findUnique({ where: { id }, select: { merchantId: true } });
  return refund && { ...refund, customerId: "" };
}
