import type { Ctx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";
import { NotFoundError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import { requestMpesaDeposit } from "./request-mpesa-deposit";

/**
 * Asks for the same amount from the same phone again, as a new deposit with a new prompt; only the first
 * tap of it opens one. Throws `NotFoundError` when the payment is no M-Pesa deposit of this customer, and
 * what `requestMpesaDeposit` throws.
 */
export async function retryMpesaDeposit(
  ctx: Ctx,
  input: { paymentId: string },
): Promise<{ depositId: string; existing: boolean }> {
  const before = await ctx.db.deposit.findFirst({
    where: { id: input.paymentId, merchantId: ctx.merchantId, customerId: ctx.actor.id },
    include: { stkPush: { include: { account: { select: { shortcode: true } } } } },
  });
  if (!before?.stkPush || before.askedCents === null) throw new NotFoundError();
  if (before.state !== "failed") return { depositId: before.id, existing: true };
  return requestMpesaDeposit(ctx, {
    phone: decrypt(before.stkPush.phoneCipher).toString("utf8"),
    amount: decimalFromCents(before.askedCents),
    attemptKey: `retry:${before.id}`,
    shortcode: before.stkPush.account.shortcode,
  });
}
