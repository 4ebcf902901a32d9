import { db } from "@/lib/db";
import { addMs, DAY_MS } from "@/lib/kit/time";

/** A browser that was away longer reads the API instead of the replay. */
const LIVE_EVENTS_KEPT_MS = 30 * DAY_MS;

/** Removes live events nobody can still ask for. Money, messages and audit are never pruned. */
export async function pruneLogs(input: { now: () => Date }): Promise<number> {
  const { count } = await db().liveEvent.deleteMany({
    where: { createdAt: { lt: addMs(input.now(), -LIVE_EVENTS_KEPT_MS) } },
  });
  return count;
}
