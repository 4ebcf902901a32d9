import { z } from "zod";
import { pruneLogs } from "@/lib/recovery/prune-logs";
import { defineJob } from "../define-job";
import { handle } from "../handle";

const pruneJob = defineJob({ id: "log.prune", payload: z.unknown(), attemptsMax: 3 });

export const prune = handle(pruneJob, async () => {
  await pruneLogs({ now: () => new Date() });
});
