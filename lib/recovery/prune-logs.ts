import { db } from "@/lib/db";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { pruneCalls } from "./prune-calls";

/** A browser that was away longer reads the API instead of the replay. */
const LIVE_EVENTS_KEPT_MS = 30 * DAY_MS;
/** What was asked and read, of payments that have ended: twice as long as a customer disputes one. */
const QUESTIONS_KEPT_MS = 90 * DAY_MS;

/**
 * Removes what has served its time, and says how many rows: live events nobody can still ask for, questions
 * to providers about payments that have ended, and windows of M-Pesa's list but those that show a gap.
 * Money, messages, orders to providers and audit are never pruned (docs/architecture.md).
 */
export async function pruneLogs(input: { now: () => Date }): Promise<number> {
  const now = input.now();
  const events = await db().liveEvent.deleteMany({
    where: { createdAt: { lt: addMs(now, -LIVE_EVENTS_KEPT_MS) } },
  });
  const before = addMs(now, -QUESTIONS_KEPT_MS);
  return events.count + (await pruneCalls({ before })) + (await pruneRuns(before));
}

/** Kept is what stayed unknown, and up to where the list was known before: the history page says both. */
function pruneRuns(before: Date): Promise<number> {
  return db().$executeRaw`
    DELETE FROM pull_runs r
     WHERE r.started_at < ${before} AND r.outcome IS DISTINCT FROM 'after_gap'
       AND NOT EXISTS (
         SELECT FROM pull_runs gap
          WHERE gap.account_id = r.account_id AND gap.outcome = 'after_gap'
            AND gap.started_at > r.started_at AND r.outcome = 'complete'
            AND NOT EXISTS (SELECT FROM pull_runs o
                             WHERE o.account_id = r.account_id AND o.outcome IN ('complete', 'after_gap')
                               AND o.started_at < gap.started_at AND o.until_at > r.until_at))`;
}
