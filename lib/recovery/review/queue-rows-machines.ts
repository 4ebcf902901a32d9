import type { Ctx } from "@/lib/context";
import { Prisma } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";

/** The sweep works what a process left behind within a minute or two. */
const MESSAGE_LATE_MS = 15 * MINUTE_MS;
const STATEMENT_LATE_MS = HOUR_MS;
const PREVIEW_LATE_MS = DAY_MS;
/** M-Pesa gives 48 hours; the list is asked for every quarter of an hour. */
const LIST_LATE_MS = 6 * HOUR_MS;

/**
 * What no payment waits for and a person has to see all the same, as rows of the queue: messages that were
 * not believed at one of the merchant's own addresses or could not be worked, jobs that gave up, statements
 * that did not end, and what of M-Pesa's list or confirmations is missing.
 */
export function machineRows(ctx: Ctx, now: Date): Prisma.Sql {
  return Prisma.sql`
    ${messageRows(ctx, now)} UNION ALL ${jobRows(ctx)} UNION ALL ${statementRows(ctx, now)}
    UNION ALL ${historyRows(ctx, now)}`;
}

/** A person has looked at it and wrote down why it stays as it is. */
function isLeft(merchantId: string, id: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM review_decisions e
    WHERE e.subject_id = ${id} AND e.merchant_id = ${merchantId} AND e.state = 'carried_out')`;
}

/** What came to an address that only a provider was given for one of the merchant's shortcodes. */
function cameToOwnAddress(merchantId: string): Prisma.Sql {
  return Prisma.sql`m.secret_hash IN (SELECT s.hash FROM callback_secrets s
    JOIN provider_accounts p ON p.id = s.account_id WHERE p.merchant_id = ${merchantId})`;
}

/** A message is the merchant's by its address or by what it is about; a stuck one without either is everybody's. */
export function isOwnMessage(merchantId: string): Prisma.Sql {
  return Prisma.sql`(${cameToOwnAddress(merchantId)}
    OR EXISTS (SELECT FROM deposits o WHERE o.id = coalesce(m.subject_id, m.addressee) AND o.merchant_id = ${merchantId})
    OR EXISTS (SELECT FROM withdrawals o WHERE o.id = coalesce(m.subject_id, m.addressee) AND o.merchant_id = ${merchantId})
    OR EXISTS (SELECT FROM refunds o WHERE o.id = coalesce(m.subject_id, m.addressee) AND o.merchant_id = ${merchantId})
    OR (m.secret_hash IS NULL AND m.subject_id IS NULL AND m.addressee IS NULL))`;
}

function messageRows({ merchantId }: Ctx, now: Date): Prisma.Sql {
  const row = (situation: string) => Prisma.sql`
    SELECT m.id, 'message' AS kind, 'open' AS state, ${situation} AS reason, NULL::text AS method,
           NULL::bigint AS cents, m.received_at AS since, NULL::text AS customer_id
      FROM messages m`;
  const left = isLeft(merchantId, Prisma.sql`m.id`);
  return Prisma.sql`
    ${row("message_stuck")}
     WHERE m.outcome = 'stuck' AND ${isOwnMessage(merchantId)} AND NOT ${left}
    UNION ALL ${row("message_stuck")}
     WHERE m.worked_at IS NULL AND m.received_at <= ${addMs(now, -MESSAGE_LATE_MS)}
       AND ${isOwnMessage(merchantId)} AND NOT ${left}
    UNION ALL ${row("message_not_believed")}
     WHERE m.outcome = 'quarantined' AND ${cameToOwnAddress(merchantId)} AND NOT ${left}`;
}

function jobRows({ merchantId }: Ctx): Prisma.Sql {
  return Prisma.sql`
    SELECT 'job:' || j.id, 'job', 'open', 'job_failed', NULL, NULL, j.created_at, NULL
      FROM graphile_worker.jobs j JOIN graphile_worker._private_jobs p ON p.id = j.id
     WHERE j.attempts >= j.max_attempts AND j.locked_at IS NULL
       AND coalesce(p.payload ->> 'merchantId', ${merchantId}) = ${merchantId}`;
}

function statementRows({ merchantId }: Ctx, now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT s.id, 'statement', s.state::text,
           CASE s.state::text WHEN 'previewed' THEN 'statement_waits' ELSE 'statement_stuck' END,
           NULL, NULL, s.created_at, NULL
      FROM statement_imports s
     WHERE s.merchant_id = ${merchantId}
       AND (s.state::text NOT IN ('previewed', 'matching', 'matched', 'discarded')
            OR (s.state = 'matching' AND s.created_at <= ${addMs(now, -STATEMENT_LATE_MS)})
            OR (s.state = 'previewed' AND s.created_at <= ${addMs(now, -PREVIEW_LATE_MS)}))`;
}

/** A gap is closed by a statement that was booked and reaches from before its end to after it. */
function historyRows({ merchantId }: Ctx, now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT 'history:gap:' || a.id, 'history', 'open', 'history_gap', NULL, NULL, gap.known_until, NULL
      FROM provider_accounts a
     CROSS JOIN LATERAL (SELECT g.from_at, g.started_at FROM pull_runs g
                          WHERE g.account_id = a.id AND g.outcome = 'after_gap'
                          ORDER BY g.started_at DESC LIMIT 1) last
     CROSS JOIN LATERAL (SELECT max(r.until_at) AS known_until FROM pull_runs r
                          WHERE r.account_id = a.id AND r.started_at < last.started_at
                            AND r.outcome IN ('complete', 'after_gap')) gap
     WHERE a.merchant_id = ${merchantId} AND gap.known_until < last.from_at
       AND NOT EXISTS (SELECT FROM statement_imports s
                        WHERE s.account_id = a.id AND s.state = 'matched'
                          AND s.from_at <= last.from_at AND s.until_at >= last.from_at)
    UNION ALL
    SELECT 'history:list:' || a.id, 'history', 'open', 'history_late', NULL, NULL,
           coalesce(a.pulled_until, a.pull_since), NULL
      FROM provider_accounts a
     WHERE a.merchant_id = ${merchantId} AND a.environment = ${env().mpesa.environment}
       AND coalesce(a.pulled_until, a.pull_since) <= ${addMs(now, -LIST_LATE_MS)} AND a.pull_since IS NOT NULL
    UNION ALL
    SELECT 'history:address:' || a.id, 'history', 'open', 'address_dead', NULL, NULL, s.created_at, NULL
      FROM provider_accounts a
      JOIN callback_secrets s ON s.account_id = a.id AND s.version = a.secret_version
     WHERE a.merchant_id = ${merchantId} AND a.c2b_secret_version IS NOT NULL AND a.c2b_since IS NULL`;
}
