import { z } from "zod";
import { defineJob } from "@/lib/jobs/define-job";

/** Finishes a voucher claim whose worker died, or whose outcome is not known yet. */
export const resumeRedemptionJob = defineJob({
  id: "redemption.resume",
  payload: z.object({ merchantId: z.string(), redemptionId: z.string() }),
  attemptsMax: 25,
});

/** Looks one open deposit up at its provider, now. */
export const checkDepositJob = defineJob({
  id: "deposit.check",
  payload: z.object({ merchantId: z.string(), depositId: z.string() }),
  attemptsMax: 5,
});

/** Sends one withdrawal that stands in line. */
export const sendWithdrawalJob = defineJob({
  id: "withdrawal.send",
  payload: z.object({ merchantId: z.string(), withdrawalId: z.string() }),
  attemptsMax: 5,
});

/** Looks at one withdrawal now: sends it, asks its provider, or ends it. */
export const checkWithdrawalJob = defineJob({
  id: "withdrawal.check",
  payload: z.object({ merchantId: z.string(), withdrawalId: z.string() }),
  attemptsMax: 5,
});

/** Sends one refund that stands in line. */
export const sendRefundJob = defineJob({
  id: "refund.send",
  payload: z.object({ merchantId: z.string(), refundId: z.string() }),
  attemptsMax: 5,
});

/** Looks at one refund now: sends it, asks M-Pesa, or ends it. */
export const checkRefundJob = defineJob({
  id: "refund.check",
  payload: z.object({ merchantId: z.string(), refundId: z.string() }),
  attemptsMax: 5,
});
