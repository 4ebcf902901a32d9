import { withTransaction, type Ctx } from "@/lib/context";
import { enqueue } from "@/lib/jobs/queue";
import type { VoucherRedemption } from "@/lib/generated/prisma/client";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { holdClaim } from "./hold-claim";
import { resumeRedemptionJob } from "./jobs";
import { refuseClaim } from "./refuse-claim";

const RETRY_DELAYS_MS = [
  2 * SECOND_MS,
  5 * SECOND_MS,
  15 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
] as const;

/**
 * The provider gave no clear word: keep the claim, give the lease back and have a job look again. When
 * the patience is spent, a claim that may be burnt goes to a person and one that cannot be is refused.
 */
export async function postponeClaim(
  ctx: Ctx,
  claim: VoucherRedemption,
): Promise<
  { kind: "unknown" } | { kind: "in-review" } | { kind: "refused"; refusal: "not_accepted" }
> {
  const delayMs = RETRY_DELAYS_MS[claim.attempts];
  if (delayMs === undefined) {
    return claim.redeemSentAt ? holdClaim(ctx, claim) : refuseClaim(ctx, claim, "not_accepted");
  }
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.voucherRedemption.updateMany({
      where: { id: claim.id, state: { in: ["redeeming", "unknown"] } },
      data: {
        state: claim.redeemSentAt ? "unknown" : "redeeming",
        leaseUntil: null,
        attempts: { increment: 1 },
      },
    });
    if (count === 0) return;
    await enqueue(
      tx,
      resumeRedemptionJob,
      { merchantId: tx.merchantId, redemptionId: claim.id },
      { key: `redemption:${claim.id}`, runAt: addMs(tx.now(), delayMs) },
    );
  });
  return { kind: "unknown" };
}
