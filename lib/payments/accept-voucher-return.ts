import { withTransaction, type Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { parseVoucherCode } from "@/lib/kit/voucher-code";
import { claimVoucher } from "./claim-voucher";
import { findDepositBySession } from "./find-deposit-by-session";
import { requestDepositCheck } from "./request-deposit-check";

/** The longest payment id we keep; the provider calls it opaque. */
export const PAYMENT_ID_LENGTH_MAX = 128;

/**
 * The browser came back from the hosted page. Whatever it carries is a hint: a code is bound to the
 * customer's own deposit and left to the worker, a payment id is asked about. Answers at once and holds
 * nothing in memory. Throws `NotFoundError` when the session is not this customer's.
 */
export async function acceptVoucherReturn(
  ctx: Ctx,
  input: { sessionId: string; voucher?: string; paymentId?: string },
): Promise<{ depositId: string }> {
  const deposit = await findDepositBySession(ctx.db, input.sessionId);
  if (!deposit || deposit.merchantId !== ctx.merchantId || deposit.customerId !== ctx.actor.id) {
    throw new NotFoundError("deposit_not_found");
  }
  const code = parseVoucherCode(input.voucher ?? "");
  const paymentId = input.paymentId?.trim().slice(0, PAYMENT_ID_LENGTH_MAX);
  const depositId = await withTransaction(ctx, async (tx) => {
    if (!code) {
      await rememberPaymentId(tx, deposit.id, paymentId);
      await requestDepositCheck(tx, deposit.id);
      return deposit.id;
    }
    const claim = await claimVoucher(tx, {
      code,
      source: "return",
      customerId: deposit.customerId,
      depositId: deposit.id,
      worker: "job",
    });
    // After the claim: everyone locks the claim before its deposit, or callback and return would deadlock.
    await rememberPaymentId(tx, deposit.id, paymentId);
    return claim.kind === "taken" ? deposit.id : claim.depositId;
  });
  return { depositId };
}

async function rememberPaymentId(
  tx: Ctx,
  depositId: string,
  paymentId: string | undefined,
): Promise<void> {
  if (!paymentId) return;
  await tx.db.deposit.updateMany({
    where: { id: depositId, providerPaymentId: null },
    data: { providerPaymentId: paymentId },
  });
}
