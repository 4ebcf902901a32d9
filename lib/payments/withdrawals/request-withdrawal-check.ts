import type { Ctx } from "@/lib/context";
import { enqueue } from "@/lib/jobs/queue";
import { checkWithdrawalJob } from "../jobs";

/** Has the worker look at a withdrawal now, once however often it is asked. */
export async function requestWithdrawalCheck(tx: Ctx, withdrawalId: string): Promise<void> {
  await enqueue(
    tx,
    checkWithdrawalJob,
    { merchantId: tx.merchantId, withdrawalId },
    { key: `withdrawal.check:${withdrawalId}` },
  );
}
