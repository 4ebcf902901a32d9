import { makeCtx } from "@/lib/context";
import { checkRefundJob } from "@/lib/payments/jobs";
import { checkRefund } from "@/lib/payments/refunds/check-refund";
import { handle } from "../handle";

/** Looks at a refund because somebody asked. */
export const checkOneRefund = handle(checkRefundJob, async ({ merchantId, refundId }) => {
  await checkRefund(makeCtx(merchantId, { kind: "system", id: checkRefundJob.id }), { refundId });
});
