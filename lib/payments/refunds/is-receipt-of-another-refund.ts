import type { Ctx } from "@/lib/context";

/**
 * True when this receipt was booked for anything but this refund, the payment it gives back and money in
 * suspense included: then one of the two is not what it says.
 */
export async function isReceiptOfAnotherRefund(
  ctx: Ctx,
  refund: { readonly id: string },
  number: string,
): Promise<boolean> {
  const known = await ctx.db.receipt.findUnique({
    where: { provider_number: { provider: "mpesa", number } },
    select: { paymentId: true },
  });
  return known !== null && known.paymentId !== refund.id;
}
