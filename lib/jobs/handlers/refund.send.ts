import { makeCtx } from "@/lib/context";
import { sendRefundJob } from "@/lib/payments/jobs";
import { sendRefund } from "@/lib/payments/refunds/send-refund";
import { handle } from "../handle";

/** Sends a refund that was asked for, or approved. */
export const sendOneRefund = handle(sendRefundJob, async ({ merchantId, refundId }) => {
  await sendRefund(makeCtx(merchantId, { kind: "system", id: sendRefundJob.id }), { refundId });
});
