import type { Ctx } from "@/lib/context";
import { SECOND_MS, addMs } from "@/lib/kit/time";

/** Longer than both provider calls of a claim together, so a living worker never loses its lease. */
export const CLAIM_LEASE_MS = 30 * SECOND_MS;

/**
 * Takes the right to work an unfinished claim, for as long as the lease lasts. False when the claim is
 * finished or someone else works it.
 */
export async function takeClaimLease(ctx: Ctx, redemptionId: string): Promise<boolean> {
  const now = ctx.now();
  const { count } = await ctx.db.voucherRedemption.updateMany({
    where: {
      id: redemptionId,
      merchantId: ctx.merchantId,
      state: { in: ["redeeming", "unknown"] },
      OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }],
    },
    data: { leaseUntil: addMs(now, CLAIM_LEASE_MS) },
  });
  return count === 1;
}
