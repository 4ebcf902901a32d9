import { sweepReviewJob } from "@/lib/recovery/review/jobs";
import { sweepReview } from "@/lib/recovery/review/sweep-review";
import { handle } from "../handle";

/** Ends what waits for a person no longer. */
export const sweepReviews = handle(sweepReviewJob, async () => {
  await sweepReview({ now: () => new Date() });
});
