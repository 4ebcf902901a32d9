import { withTransaction, type Ctx } from "@/lib/context";
import { enqueue } from "@/lib/jobs/queue";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import { resumeRedemptionJob } from "./jobs";
import { redeemVoucher } from "./redeem-voucher";

/**
 * Goes on with a claim where its last worker stopped. A claim that somebody holds is looked at again
 * when their lease is over: whoever holds it may be dead, and this may be the only job that would notice.
 */
export async function resumeRedemption(ctx: Ctx, input: { redemptionId: string }): Promise<void> {
  const result = await redeemVoucher(ctx, input);
  if (result.kind !== "not-ours-to-work") return;
  await withTransaction(ctx, async (tx) => {
    const claim = await tx.db.voucherRedemption.findFirst({
      where: { id: input.redemptionId, state: { in: ["redeeming", "unknown"] } },
      select: { leaseUntil: true },
    });
    if (!claim?.leaseUntil) return;
    await enqueue(
      tx,
      resumeRedemptionJob,
      { merchantId: tx.merchantId, redemptionId: input.redemptionId },
      { key: `redemption:${input.redemptionId}`, runAt: addMs(claim.leaseUntil, SECOND_MS) },
    );
  });
}
