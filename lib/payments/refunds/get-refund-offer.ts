import type { Ctx } from "@/lib/context";
import type { Deposit } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { VOUCHER_PAYOUT_LIMITS } from "../schemas";
import { readPayoutStates } from "../withdrawals/payouts-available";
import { readRules } from "../withdrawals/withdrawal-rules";
import { needsAnotherPerson } from "./needs-another-person";
import { accountOfDeposit, whyNotFrom } from "./refund-account";
import { requireStaffActor } from "./refund-form";
import type { RefundOffer } from "./schemas";

/**
 * What of a paid deposit may be given back now, or why nothing can; null for one that is not paid, or of
 * which nothing is left. For staff. It is a look ahead: the request itself decides.
 */
export async function getRefundOffer(
  ctx: Ctx,
  input: { depositId: string },
): Promise<RefundOffer | null> {
  requireStaffActor(ctx);
  const { merchantId } = ctx;
  const deposit = await ctx.db.deposit.findFirst({ where: { id: input.depositId, merchantId } });
  if (deposit?.state !== "paid" || deposit.paidCents === null) return null;
  const leftCents = deposit.paidCents - deposit.refundCents;
  if (leftCents === 0n) return null;
  const [needsAnother, balance] = await Promise.all([
    needsAnotherPerson(ctx, leftCents),
    readCustomerBalance(ctx.db, { merchantId, customerId: deposit.customerId }),
  ]);
  const isMpesa = deposit.method === "mpesa";
  // A part of a voucher may still be there.
  const neededCents = isMpesa ? leftCents : VOUCHER_PAYOUT_LIMITS.minCents;
  const spent = balance.availableCents < neededCents ? "refund_spent" : null;
  return {
    depositId: deposit.id,
    method: isMpesa ? "reversal" : "payout_voucher",
    left: decimalFromCents(leftCents),
    why:
      (isMpesa ? await whyNotByMpesa(ctx, deposit) : await whyNotByVoucher(ctx, leftCents)) ??
      spent,
    needsApproval: !isMpesa || needsAnother,
  };
}

async function whyNotByMpesa(ctx: Ctx, deposit: Deposit): Promise<string | null> {
  if (deposit.providerReceipt === null) return "refund_no_receipt";
  if ((deposit.paidCents ?? 0n) % 100n !== 0n) return "refund_has_cents";
  return whyNotFrom(await accountOfDeposit(ctx, deposit));
}

async function whyNotByVoucher(ctx: Ctx, leftCents: bigint): Promise<string | null> {
  if (leftCents < VOUCHER_PAYOUT_LIMITS.minCents) return "refund_too_little_left";
  const { pesavoucher } = await readPayoutStates(ctx, await readRules(ctx));
  return pesavoucher === "on" ? null : "desk_payouts_paused";
}
