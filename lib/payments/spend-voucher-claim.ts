import type { Ctx } from "@/lib/context";
import type { VoucherRedemption } from "@/lib/generated/prisma/client";
import { providerAccount } from "@/lib/ledger/accounts";
import { moveDeposit } from "./move-deposit";
import { newDeposit } from "./open-deposit";
import type { Spent } from "./spent";

export type VoucherEvidence =
  /** The provider answered our own redeem call. */
  | { kind: "voucher_redeemed"; redemptionId: string; amountCents: bigint }
  /** The provider reported the redemption to the address only it knows. */
  | { kind: "redemption_callback"; redemptionId: string; amountCents: bigint }
  /** People decided, with whatever proof they had; the decision is kept, with its reason. */
  | { kind: "person"; redemptionId: string; decisionId: string; amountCents: bigint };

/**
 * Marks a voucher claim redeemed and its deposit paid, in the caller's transaction. Null when the claim
 * was redeemed before. A deposit that another voucher paid gets a further one.
 */
export async function spendVoucherClaim(tx: Ctx, evidence: VoucherEvidence): Promise<Spent | null> {
  const claim = await spendClaim(tx, evidence);
  if (!claim) return null;
  return {
    deposit: await markPaid(tx, claim, evidence.amountCents),
    receipt: { provider: "pesavoucher", number: claim.codeHash },
    ref: `voucher:${claim.codeHash}`,
    paidFrom: providerAccount("pesavoucher"),
  };
}

async function spendClaim(tx: Ctx, evidence: VoucherEvidence): Promise<VoucherRedemption | null> {
  const { count } = await tx.db.voucherRedemption.updateMany({
    where: { id: evidence.redemptionId, merchantId: tx.merchantId, state: { not: "redeemed" } },
    data: {
      state: "redeemed",
      refusal: null,
      amountCents: evidence.amountCents,
      leaseUntil: null,
      settledAt: tx.now(),
    },
  });
  if (count === 0) return null;
  return tx.db.voucherRedemption.findUniqueOrThrow({ where: { id: evidence.redemptionId } });
}

/** The claim's deposit as it was, now paid. */
async function markPaid(
  tx: Ctx,
  claim: VoucherRedemption,
  amountCents: bigint,
): Promise<Spent["deposit"]> {
  const before = await tx.db.deposit.findUniqueOrThrow({ where: { id: claim.depositId } });
  const paid = { paidCents: amountCents, settledAt: tx.now(), nextCheckAt: null };
  if (await moveDeposit(tx, before.id, "settle", paid)) return before;
  const extra = newDeposit(tx, {
    customerId: before.customerId,
    origin: "extra_voucher",
    state: "paid",
    askedCents: null,
  });
  await tx.db.deposit.create({ data: { ...extra, ...paid }, select: { id: true } });
  await tx.db.voucherRedemption.update({
    where: { id: claim.id },
    data: { depositId: extra.id },
    select: { id: true },
  });
  return { ...extra, reason: null };
}
