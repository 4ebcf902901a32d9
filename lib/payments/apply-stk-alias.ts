import type { Ctx } from "@/lib/context";
import type { StkCallback } from "@/lib/providers/daraja/callback";
import type { Applied } from "./applied";
import { checkStkDeposit } from "./check-stk-deposit";

/**
 * Works a callback that came to the address without a secret. Anybody can write one, so it is only a
 * hint: the deposit of its CheckoutRequestID is looked up at M-Pesa now, and nothing it says is believed.
 */
export async function applyStkAlias(
  ctx: Omit<Ctx, "merchantId">,
  callback: StkCallback,
): Promise<Applied> {
  const push = await ctx.db.stkPush.findUnique({
    where: { checkoutRequestId: callback.checkoutRequestId },
    select: { depositId: true, merchantId: true },
  });
  if (!push) {
    return { outcome: "unmatched", note: "no deposit has this CheckoutRequestID", subjectId: null };
  }
  const { depositId, merchantId } = push;
  await checkStkDeposit({ ...ctx, merchantId }, { depositId });
  return {
    outcome: "applied",
    note: `says ${callback.resultCode}; M-Pesa was asked`,
    subjectId: depositId,
  };
}
