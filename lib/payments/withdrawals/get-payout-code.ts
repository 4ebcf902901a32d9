import type { Ctx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";

/** The whole code of a voucher the signed-in customer had issued; null when it is not theirs, or has none. */
export async function getPayoutCode(
  ctx: Ctx,
  input: { paymentId: string },
): Promise<string | null> {
  if (ctx.actor.kind !== "customer") return null;
  const row = await ctx.db.withdrawal.findFirst({
    where: { id: input.paymentId, merchantId: ctx.merchantId, customerId: ctx.actor.id },
    select: { voucherCodeCipher: true },
  });
  return row?.voucherCodeCipher ? decrypt(row.voucherCodeCipher).toString("utf8") : null;
}
