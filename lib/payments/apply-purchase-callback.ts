import type { Ctx } from "@/lib/context";
import type { Deposit, MessageOutcome } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import type { PurchaseCallback } from "@/lib/providers/pesavoucher/callback";
import type { Applied } from "./applied";
import { attachReceipt } from "./attach-receipt";
import { claimVoucher } from "./claim-voucher";
import { checkVoucherDeposit } from "./check-voucher-deposit";
import { failDeposit } from "./fail-deposit";
import { findDepositBySession } from "./find-deposit-by-session";
import { redeemVoucher, type RedeemResult } from "./redeem-voucher";

/**
 * Works a purchase callback. What it claims is checked with the provider before any money moves: a code
 * is validated and redeemed, a failure is asked about. It may come any number of times, before or after
 * the browser, and after the screen said "not paid".
 */
export async function applyPurchaseCallback(
  ctx: Omit<Ctx, "merchantId">,
  callback: PurchaseCallback,
): Promise<Applied> {
  const deposit = await findDepositBySession(ctx.db, callback.sessionId);
  if (!deposit)
    return { outcome: "unmatched", note: "no deposit has this session", subjectId: null };
  const own: Ctx = { ...ctx, merchantId: deposit.merchantId };
  if (callback.paymentId) {
    await own.db.deposit.updateMany({
      where: { id: deposit.id, providerPaymentId: null },
      data: { providerPaymentId: callback.paymentId },
    });
  }
  const applied = callback.succeeded
    ? await applySuccess(own, deposit, callback)
    : await applyFailure(own, deposit, callback);
  return { ...applied, subjectId: applied.subjectId ?? deposit.id };
}

async function applySuccess(
  ctx: Ctx,
  deposit: Deposit,
  callback: PurchaseCallback,
): Promise<Applied> {
  if (!callback.code)
    return confirmByStatus(ctx, deposit, callback, "success without a readable code");
  const claim = await claimVoucher(ctx, {
    code: callback.code,
    source: "callback",
    customerId: deposit.customerId,
    depositId: deposit.id,
    worker: "caller",
  });
  if (claim.kind === "taken") {
    await failDeposit(ctx, { depositId: deposit.id, reason: "voucher_used" });
    return applied("refused", "another customer has used this code");
  }
  const result = await redeemVoucher(ctx, {
    redemptionId: claim.redemptionId,
    holdsLease: claim.kind === "claimed",
  });
  if (callback.mpesaReceipt) {
    await attachReceipt(ctx, { depositId: claim.depositId, receipt: callback.mpesaReceipt });
  }
  return { ...describe(result), subjectId: claim.depositId };
}

function describe(result: RedeemResult): Applied {
  switch (result.kind) {
    case "credited":
      return applied("applied", "redeemed and credited");
    case "already-credited":
    case "not-ours-to-work":
      return applied("duplicate", "this code is already ours");
    case "refused":
      return applied("refused", `the provider does not accept the code: ${result.refusal}`);
    case "unknown":
      return applied("applied", "code claimed; the provider has not answered clearly yet");
    case "in-review":
      return applied("applied", "code claimed; a person has to decide");
    default:
      return unreachable(result);
  }
}

/** A failure is believed when the provider, asked by us, says so too, or when it cannot be asked. */
async function applyFailure(
  ctx: Ctx,
  deposit: Deposit,
  callback: PurchaseCallback,
): Promise<Applied> {
  if (deposit.state === "paid" || deposit.state === "redeeming") {
    return applied("duplicate", "a failure after the code was claimed changes nothing");
  }
  if (callback.paymentId ?? deposit.providerPaymentId) {
    return confirmByStatus(ctx, deposit, callback, "failure");
  }
  const failed = await failDeposit(ctx, { depositId: deposit.id, reason: "declined" });
  return failed ? applied("applied", "not paid") : applied("duplicate", "already closed");
}

async function confirmByStatus(
  ctx: Ctx,
  deposit: Deposit,
  callback: PurchaseCallback,
  said: string,
): Promise<Applied> {
  const check = await checkVoucherDeposit(ctx, {
    depositId: deposit.id,
    paymentId: callback.paymentId ?? undefined,
  });
  return check === "unconfirmed"
    ? applied("refused", `${said}: the provider does not know this payment`)
    : applied("applied", `${said}: asked the provider, ${check}`);
}

function applied(outcome: MessageOutcome, note: string): Applied {
  return { outcome, note, subjectId: null };
}
