import { z } from "zod";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { defineJob } from "../define-job";
import { handle } from "../handle";

const checkInvariantsJob = defineJob({
  id: "ledger.check-invariants",
  payload: z.unknown(),
  attemptsMax: 1,
});

export const checkInvariants = handle(checkInvariantsJob, async () => {
  await runInvariantChecks({ now: () => new Date() });
});
