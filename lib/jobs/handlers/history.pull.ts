import { z } from "zod";
import { pullRecentHistory } from "@/lib/recovery/pull/pull-recent-history";
import { defineJob } from "../define-job";
import { handle } from "../handle";

const pullHistoryJob = defineJob({
  id: "history.pull",
  payload: z.unknown(),
  attemptsMax: 1,
});

/** Reads what M-Pesa has listed lately: the road that needs no message of theirs to arrive. */
export const pullHistory = handle(pullHistoryJob, async () => {
  await pullRecentHistory({ now: () => new Date() });
});
