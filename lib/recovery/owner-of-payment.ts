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
  return isId("withdrawal", paymentId)
    ? ctx.db.withdrawal.findUnique(query)
    : ctx.db.deposit.findUnique(query);
}
