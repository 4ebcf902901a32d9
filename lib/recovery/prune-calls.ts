import { db } from "@/lib/db";

/** What only asks. Whatever orders or burns money is evidence, and stays with the payment for ever. */
const QUESTIONS = [
  ...["oauth", "token", "stk_query", "payment_status", "tx_status", "query_balance"],
  ...["pull", "validate"],
];
const BATCH_ROWS = 5_000;
const BATCHES_MAX = 100;

/**
 * Removes questions to providers that were asked before a moment, but none about a payment that is open or
 * that a person still has to decide about, and no balance that may explain an open withdrawal. In batches,
 * so that nobody waits for it; what a day leaves over is the next one's.
 */
export async function pruneCalls(input: { before: Date }): Promise<number> {
  let removed = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const count = await removeSome(input.before);
    removed += count;
    if (count < BATCH_ROWS) break;
  }
  return removed;
}

function removeSome(before: Date): Promise<number> {
  return db().$executeRaw`
    DELETE FROM provider_calls WHERE id IN (
      SELECT c.id FROM provider_calls c
        LEFT JOIN receipt_queries q ON q.id = c.subject_id
       WHERE c.started_at < ${before} AND c.operation = ANY (${QUESTIONS}::text[])
         AND (q.id IS NULL OR q.outcome IS NOT NULL)
         AND NOT EXISTS (SELECT FROM deposits d WHERE d.id IN (c.subject_id, q.deposit_id)
                            AND d.state NOT IN ('paid', 'failed', 'reversed'))
         AND NOT EXISTS (SELECT FROM withdrawals w WHERE w.id = c.subject_id
                            AND w.state NOT IN ('paid', 'failed'))
         AND NOT EXISTS (SELECT FROM refunds r WHERE r.id = c.subject_id
                            AND r.state NOT IN ('done', 'failed'))
         AND NOT EXISTS (SELECT FROM review_decisions v
                          WHERE v.subject_id IN (c.subject_id, q.deposit_id) AND v.decided_at IS NULL)
         AND NOT (c.operation = 'query_balance' AND EXISTS (
               SELECT FROM withdrawals w
                WHERE w.merchant_id = c.merchant_id AND w.state NOT IN ('paid', 'failed')
                  AND w.settled_at IS NULL AND w.created_at <= c.started_at + interval '1 day'))
       LIMIT ${BATCH_ROWS})`;
}
