import type { Ctx } from "@/lib/context";
import { enqueue } from "@/lib/jobs/queue";
import { checkDepositJob } from "./jobs";

/** Has the worker look a deposit up at its provider now, once however often it is asked. */
export async function requestDepositCheck(tx: Ctx, depositId: string): Promise<void> {
  await enqueue(
    tx,
    checkDepositJob,
    { merchantId: tx.merchantId, depositId },
    { key: `deposit:${depositId}` },
  );
}
