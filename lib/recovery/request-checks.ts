import type { Ctx } from "@/lib/context";
import { enqueue } from "@/lib/jobs/queue";
import { isId } from "@/lib/kit/ids";
import { resumeRedemptionJob } from "@/lib/payments/jobs";
import { requestDepositCheck } from "@/lib/payments/request-deposit-check";
import { requestRefundCheck } from "@/lib/payments/refunds/request-refund-check";
import { requestWithdrawalCheck } from "@/lib/payments/withdrawals/request-withdrawal-check";

/** Has the worker look at a payment, and at each code that is being redeemed for it, once each. */
export async function requestChecks(tx: Ctx, paymentId: string): Promise<void> {
  if (isId("withdrawal", paymentId)) return requestWithdrawalCheck(tx, paymentId);
  if (isId("refund", paymentId)) return requestRefundCheck(tx, paymentId);
  const claims = await tx.db.voucherRedemption.findMany({
    where: { depositId: paymentId, state: { in: ["redeeming", "unknown"] } },
    select: { id: true },
  });
  for (const { id } of claims) {
    await enqueue(
      tx,
      resumeRedemptionJob,
      { merchantId: tx.merchantId, redemptionId: id },
      { key: `redemption:${id}` },
    );
  }
  await requestDepositCheck(tx, paymentId);
}
