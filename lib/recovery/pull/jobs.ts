import { z } from "zod";
import { defineJob } from "@/lib/jobs/define-job";

/** Registers the simulated shortcode of a shop, so that the demo needs nobody to do it. */
export const registerSimulatedJob = defineJob({
  id: "history.register-simulated",
  payload: z.object({ merchantId: z.string() }),
  attemptsMax: 12,
});
