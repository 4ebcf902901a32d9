import { z } from "zod";
import { clearExpiredSessions } from "@/lib/auth/clear-expired-sessions";
import { clearExpiredTries } from "@/lib/auth/tries";
import { pruneLogs } from "@/lib/recovery/prune-logs";
import { defineJob } from "../define-job";
import { handle } from "../handle";

const pruneJob = defineJob({ id: "log.prune", payload: z.unknown(), attemptsMax: 3 });

/** Clears what has served its time: old live events, counted tries, ended sessions. */
export const prune = handle(pruneJob, async () => {
  await pruneLogs({ now: () => new Date() });
  await clearExpiredTries(new Date());
  await clearExpiredSessions(new Date());
});
