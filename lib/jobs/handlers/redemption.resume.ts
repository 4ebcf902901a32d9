import { makeCtx } from "@/lib/context";
import { resumeRedemptionJob } from "@/lib/payments/jobs";
import { resumeRedemption } from "@/lib/payments/resume-redemption";
import { handle } from "../handle";

/** Goes on with a voucher claim where its last worker stopped. */
export const resumeClaim = handle(resumeRedemptionJob, async ({ merchantId, redemptionId }) => {
  await resumeRedemption(makeCtx(merchantId, { kind: "system", id: resumeRedemptionJob.id }), {
    redemptionId,
  });
});
