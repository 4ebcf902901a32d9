import { z } from "zod";
import { defineJob } from "@/lib/jobs/define-job";

/** Asks M-Pesa about one receipt that staff typed. */
export const askReceiptJob = defineJob({
  id: "review.ask-receipt",
  payload: z.object({ merchantId: z.string(), queryId: z.string() }),
  attemptsMax: 5,
});

/** Ends decisions whose day is over or whose case has ended, and questions nobody answered. */
export const sweepReviewJob = defineJob({
  id: "review.sweep",
  payload: z.unknown(),
  attemptsMax: 1,
});
