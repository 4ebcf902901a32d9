import type { Ctx } from "@/lib/context";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { receiptSpaceOf } from "./settle-withdrawal";

/** True when this receipt was booked for another payment: then one of the two is not what it says. */
export async function isReceiptOfAnother(
  ctx: Ctx,
  withdrawal: Pick<Withdrawal, "id" | "method">,
  number: string,
): Promise<boolean> {
  const known = await ctx.db.receipt.findUnique({
    where: { provider_number: { provider: receiptSpaceOf(withdrawal.method), number } },
    select: { paymentId: true },
  });
  return known !== null && known.paymentId !== withdrawal.id;
}
