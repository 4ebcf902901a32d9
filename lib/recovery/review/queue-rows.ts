import type { Ctx } from "@/lib/context";
import { Prisma } from "@/lib/db";
import { addMs, DAY_MS, HOUR_MS } from "@/lib/kit/time";
import { machineRows } from "./queue-rows-machines";

/** The sweep matches what is left behind within minutes. */
const MATCHING_LATE_MS = HOUR_MS;
/** By then whoever asked has asked again, or the customer has. */
const UNANSWERED_SHOWN_MS = 7 * DAY_MS;

/**
 * Everything of a merchant's that waits for a person, as one list of rows for a query to go on with: cases
 * of every kind, and decisions about what is in no list otherwise. One row per subject.
 */
export function queueRows(ctx: Ctx, now: Date): Prisma.Sql {
  const { merchantId } = ctx;
  return Prisma.sql`
    WITH cases AS (
      SELECT d.id, 'deposit' AS kind, d.state::text AS state, d.reason, d.method::text AS method,
             coalesce(d.paid_cents, d.asked_cents) AS cents, d.created_at AS since, d.customer_id
        FROM deposits d
       WHERE d.merchant_id = ${merchantId} AND d.state IN ('pending', 'submitted', 'redeeming', 'needs_review')
         AND (d.state = 'needs_review'
              OR d.deadline_at <= ${now})
      UNION ALL
      SELECT d.id, 'deposit', 'receipt_unanswered', NULL, d.method::text, d.asked_cents, q.asked_at, d.customer_id
        FROM receipt_queries q JOIN deposits d ON d.id = q.deposit_id
       WHERE q.merchant_id = ${merchantId} AND q.outcome = 'unanswered' AND d.state = 'failed'
         AND q.asked_at > ${addMs(now, -UNANSWERED_SHOWN_MS)}
         AND NOT EXISTS (SELECT FROM receipt_queries later
                          WHERE later.deposit_id = q.deposit_id AND (later.asked_at, later.id) > (q.asked_at, q.id))
      UNION ALL
      SELECT w.id, 'withdrawal', w.state::text, w.reason, w.method::text, w.amount_cents, w.created_at, w.customer_id
        FROM withdrawals w
       WHERE w.merchant_id = ${merchantId} AND w.settled_at IS NULL
         AND (w.state = 'needs_review'
              OR (w.state IN ('requested', 'awaiting_approval', 'sending', 'submitted') AND w.deadline_at <= ${now}))
      UNION ALL
      SELECT r.id, 'refund', r.state::text, r.reason, r.method::text, r.amount_cents, r.created_at, r.customer_id
        FROM refunds r
       WHERE r.merchant_id = ${merchantId} AND r.settled_at IS NULL AND r.withdrawal_id IS NULL
         AND (r.state = 'needs_review'
              OR (r.state IN ('awaiting_approval', 'requested', 'sending', 'submitted') AND r.deadline_at <= ${now}))
      UNION ALL
      SELECT t.id, 'transaction', t.standing::text, t.cause, NULL, abs(t.amount_cents), t.occurred_at,
             -- Whose payment a line names that M-Pesa took back.
             (SELECT o.customer_id FROM deposits o WHERE o.id = t.payment_id AND o.merchant_id = t.merchant_id)
        FROM provider_transactions t
       WHERE t.merchant_id = ${merchantId} AND t.settled_at IS NULL
         AND ((t.standing IN ('suspense', 'unmatched') AND t.noted_at IS NULL)
              OR (t.standing = 'fresh' AND t.created_at <= ${addMs(now, -MATCHING_LATE_MS)}))
      UNION ALL
      SELECT 'drift:' || b.name || ':' || to_char(b.day, 'YYYY-MM-DD'), 'drift', 'drift', b.name, NULL,
             abs(b.drift_cents), b.compared_at, NULL
        FROM balance_comparisons b
       WHERE b.merchant_id = ${merchantId} AND b.drift_cents <> 0
         AND NOT EXISTS (SELECT FROM review_decisions e
                          WHERE e.subject_id = 'drift:' || b.name || ':' || to_char(b.day, 'YYYY-MM-DD')
                            AND e.merchant_id = b.merchant_id AND e.state = 'carried_out')
      UNION ALL
      ${machineRows(ctx, now)}
    ), waiting AS (
      SELECT v.id, v.subject_id, v.action, v.amount_cents, v.proposed_by_id, v.proposed_at, v.deadline_at
        FROM review_decisions v
       WHERE v.merchant_id = ${merchantId} AND v.decided_at IS NULL AND v.deadline_at > ${now}
    ), rows AS (
      SELECT * FROM cases
      UNION ALL
      SELECT v.subject_id,
             CASE left(v.subject_id, 3) WHEN 'wdr' THEN 'withdrawal' WHEN 'rfd' THEN 'refund'
                                        WHEN 'ptx' THEN 'transaction' ELSE 'deposit' END,
             'decision_waits', NULL, NULL, v.amount_cents, v.proposed_at, NULL
        FROM waiting v WHERE NOT EXISTS (SELECT FROM cases c WHERE c.id = v.subject_id)
    ), queue AS (
      SELECT rows.*, v.id AS decision_id, v.action, v.proposed_by_id, v.deadline_at AS decide_before,
             a.assignee_id
        FROM rows
        LEFT JOIN waiting v ON v.subject_id = rows.id
        LEFT JOIN case_assignments a ON a.subject_id = rows.id AND a.merchant_id = ${merchantId}
    )`;
}
