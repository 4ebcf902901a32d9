import { makeCtx } from "@/lib/context";
import { resumeRedemptionJob } from "@/lib/payments/jobs";
import { redeemVoucher } from "@/lib/payments/redeem-voucher";
import { handle } from "../handle";

/** Goes on with a voucher claim where its last worker stopped. */
export const resumeRedemption = handle(
  resumeRedemptionJob,
  async ({ merchantId, redemptionId }) => {
    await redeemVoucher(makeCtx(merchantId, { kind: "system", id: resumeRedemptionJob.id }), {
      redemptionId,
    });
  },
);
