import type { Ctx } from "@/lib/context";
import { enqueue } from "@/lib/jobs/queue";
import { checkRefundJob } from "../jobs";

/** Has the worker look at a refund now, once however often it is asked. */
export async function requestRefundCheck(tx: Ctx, refundId: string): Promise<void> {
  const payload = { merchantId: tx.merchantId, refundId };
  await enqueue(tx, checkRefundJob, payload, { key: `refund.check:${refundId}` });
}
