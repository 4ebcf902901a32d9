import { makeCtx } from "@/lib/context";
import { askAboutReceipt } from "@/lib/recovery/review/ask-about-receipt";
import { askReceiptJob } from "@/lib/recovery/review/jobs";
import { handle } from "../handle";

/** Asks M-Pesa about a receipt that staff typed. */
export const askOneReceipt = handle(askReceiptJob, async ({ merchantId, queryId }) => {
  await askAboutReceipt(makeCtx(merchantId, { kind: "system", id: askReceiptJob.id }), { queryId });
});
