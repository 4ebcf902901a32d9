import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { failDeposit } from "./fail-deposit";
import { findDepositBySession } from "./find-deposit-by-session";

/**
 * The customer came back without paying: the deposit is closed for the screen, not for the books. A
 * deposit that is being redeemed or is paid stays as it is. Throws `NotFoundError` when the session is
 * not this customer's.
 */
export async function cancelVoucherDeposit(
  ctx: Ctx,
  input: { sessionId: string },
): Promise<{ depositId: string }> {
  const deposit = await findDepositBySession(ctx.db, input.sessionId);
  if (!deposit || deposit.merchantId !== ctx.merchantId || deposit.customerId !== ctx.actor.id) {
    throw new NotFoundError("deposit_not_found");
  }
  await failDeposit(ctx, {
    depositId: deposit.id,
    reason: "cancelled",
    // With a payment id the provider can still be asked whether money moved after all.
    nextCheckAt: deposit.providerPaymentId ? ctx.now() : null,
  });
  return { depositId: deposit.id };
}
