import { makeCtx } from "@/lib/context";
import { checkDeposit } from "@/lib/payments/check-deposit";
import { checkDepositJob } from "@/lib/payments/jobs";
import { handle } from "../handle";

/** Looks a deposit up at its provider because somebody asked. */
export const checkOneDeposit = handle(checkDepositJob, async ({ merchantId, depositId }) => {
  await checkDeposit(makeCtx(merchantId, { kind: "system", id: checkDepositJob.id }), {
    depositId,
  });
});
