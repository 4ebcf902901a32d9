import { z } from "zod";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { defineJob } from "../define-job";
import { handle } from "../handle";

const checkInvariantsJob = defineJob({
  id: "ledger.check-invariants",
  payload: z.unknown(),
  attemptsMax: 1,
});

export const checkInvariants = handle(checkInvariantsJob, async () => {
  const now = new Date();
  const workingSince = addMs(now, -process.uptime() * SECOND_MS);
  await runInvariantChecks({ now: () => now, workingSince });
});
