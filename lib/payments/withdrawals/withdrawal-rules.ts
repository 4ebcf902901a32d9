import type { Ctx } from "@/lib/context";
import type { WithdrawalMethod, WithdrawalRules } from "@/lib/generated/prisma/client";

/** What a merchant allows, without its keys. */
export type Rules = Omit<WithdrawalRules, "merchantId" | "updatedAt">;

/** What counts for a merchant that has set nothing. */
export const DEFAULT_RULES: Rules = {
  perPaymentCents: 15_000_000n,
  dayCents: 30_000_000n,
  weekCents: 100_000_000n,
  approvalAboveCents: 5_000_000n,
  reviewAboveCents: 500_000n,
  voucherFeeCents: 0n,
  mpesaFeeCents: 0n,
  voucherFloorCents: 0n,
  mpesaFloorCents: 1_000_000n,
};

/** The merchant's rules for withdrawals, or the defaults. */
export async function readRules(ctx: Ctx): Promise<Rules> {
  const row = await ctx.db.withdrawalRules.findUnique({
    where: { merchantId: ctx.merchantId },
    omit: { merchantId: true, updatedAt: true },
  });
  return row ?? DEFAULT_RULES;
}

/** What the merchant keeps on top of a withdrawal by this method, in cents. */
export function feeCentsOf(rules: Rules, method: WithdrawalMethod): bigint {
  return method === "mpesa" ? rules.mpesaFeeCents : rules.voucherFeeCents;
}

/**
 * True when a second person has to approve this amount: by itself, or together with what went out in the
 * last 24 hours without one, so that no row of smaller payments walks around the limit.
 */
export function needsApproval(
  rules: Rules,
  input: { amountCents: bigint; undecidedDayCents: bigint },
): boolean {
  const { approvalAboveCents } = rules;
  return (
    approvalAboveCents !== null && input.amountCents + input.undecidedDayCents > approvalAboveCents
  );
}
