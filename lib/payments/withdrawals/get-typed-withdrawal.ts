import type { Ctx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";
import { isId } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import { formatKenyanPhone } from "@/lib/kit/phone";
import type { TypedWithdrawal } from "./parse-withdrawal";

/**
 * What the signed-in customer typed for an earlier withdrawal, to fill in the form again; null when there
 * is none, or it is not theirs. One that staff asked for has a destination they never typed.
 */
export async function getTypedWithdrawal(
  ctx: Ctx,
  input: { paymentId: string },
): Promise<TypedWithdrawal | null> {
  if (ctx.actor.kind !== "customer" || !isId("withdrawal", input.paymentId)) return null;
  const row = await ctx.db.withdrawal.findFirst({
    where: {
      id: input.paymentId,
      merchantId: ctx.merchantId,
      customerId: ctx.actor.id,
      requestedById: ctx.actor.id,
    },
    select: { method: true, amountCents: true, destinationCipher: true, message: true },
  });
  if (!row) return null;
  const destination = decrypt(row.destinationCipher).toString("utf8");
  return {
    method: row.method,
    amount: decimalFromCents(row.amountCents).replace(/\.00$/, ""),
    to: row.method === "mpesa" ? formatKenyanPhone(destination) : destination,
    message: row.message ?? "",
  };
}
