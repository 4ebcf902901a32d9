import { makeCtx } from "@/lib/context";
import { checkWithdrawalJob } from "@/lib/payments/jobs";
import { checkWithdrawal } from "@/lib/payments/withdrawals/check-withdrawal";
import { handle } from "../handle";

/** Looks at a withdrawal because somebody asked. */
export const checkOneWithdrawal = handle(
  checkWithdrawalJob,
  async ({ merchantId, withdrawalId }) => {
    await checkWithdrawal(makeCtx(merchantId, { kind: "system", id: checkWithdrawalJob.id }), {
      withdrawalId,
    });
  },
);
