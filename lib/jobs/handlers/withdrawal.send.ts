import { makeCtx } from "@/lib/context";
import { sendWithdrawalJob } from "@/lib/payments/jobs";
import { sendWithdrawal } from "@/lib/payments/withdrawals/send-withdrawal";
import { handle } from "../handle";

/** Sends a withdrawal that was asked for, or approved. */
export const sendOneWithdrawal = handle(sendWithdrawalJob, async ({ merchantId, withdrawalId }) => {
  await sendWithdrawal(makeCtx(merchantId, { kind: "system", id: sendWithdrawalJob.id }), {
    withdrawalId,
  });
});
