import { Prisma, type Db } from "@/lib/db";

export interface ReportPeriod {
  readonly merchantId: string;
  readonly statementId: string;
  readonly accountId: string;
  readonly shortcode: string;
  /** Which of the organisation's accounts the file is of, as it words it. */
  readonly label: string | null;
  readonly from: Date;
  readonly until: Date;
}

/**
 * Puts both books of a shortcode side by side in a table of this Postgres transaction: each payment, or
 * line that is nobody's, once, with what the file lists of it and what is booked. What is booked has the
 * time the provider gives it, where it gave one, for our own is that of the booking. `place` says where a
 * pair belongs: `listed` in the file; `in_flight`, booked within the period and not in the file; `before`
 * and `after` the period; `elsewhere`, in the statement of another account of the same shortcode.
 */
export async function pairBooks(tx: Db, period: ReportPeriod): Promise<void> {
  const { merchantId, accountId, statementId, label, from, until } = period;
  const owner = `mpesa:${period.shortcode}`;
  await tx.$executeRaw`SET LOCAL statement_timeout = '60s'`;
  await tx.$executeRaw`
    CREATE TEMP TABLE booked ON COMMIT DROP AS
    SELECT coalesce(substring(m.ref FROM '(?:dep|wdr|rfd|ptx)_[0-9a-f]{32}'), m.id) AS subject,
           sum(-l.amount_cents)::bigint AS cents, min(m.created_at) AS at
      FROM ledger_accounts a
      JOIN ledger_lines l ON l.account_id = a.id
      JOIN ledger_movements m ON m.id = l.movement_id
     WHERE a.merchant_id = ${merchantId} AND a.kind = 'provider' AND a.owner = ${owner}
       AND a.currency = 'KES' AND m.created_at >= ${from}::timestamptz - interval '2 days'
     GROUP BY 1 HAVING sum(l.amount_cents) <> 0`;
  await tx.$executeRaw`
    CREATE TEMP TABLE listed ON COMMIT DROP AS
    SELECT CASE WHEN own.subject IS NOT NULL THEN t.id
                -- It names the payment that went back, and is not booked with it.
                WHEN t.standing = 'unmatched' AND t.cause = 'reversal_unknown' THEN t.id
                ELSE coalesce(t.payment_id, t.id) END AS subject,
           t.id, t.kind::text AS kind, t.receipt, t.amount_cents AS cents, t.occurred_at AS at,
           t.standing::text AS standing, t.cause,
           CASE WHEN t.statement_id IS NULL THEN NULL
                WHEN t.statement_id = ${statementId} THEN true
                WHEN s.preview ->> 'account' IS DISTINCT FROM ${label}::text THEN false
                WHEN t.occurred_at BETWEEN ${from} AND ${until} THEN true END AS is_here
      FROM provider_transactions t
      LEFT JOIN booked own ON own.subject = t.id
      LEFT JOIN statement_imports s ON s.id = t.statement_id
     WHERE t.account_id = ${accountId}
       AND t.occurred_at BETWEEN ${from}::timestamptz - interval '2 days'
                             AND ${until}::timestamptz + interval '2 days'`;
  await tx.$executeRaw`
    CREATE TEMP TABLE pair ON COMMIT DROP AS
    SELECT coalesce(line.subject, b.subject) AS subject, coalesce(line.id, b.subject) AS id,
           coalesce(line.kind, t.kind::text, ${kindOfSubject}) AS kind,
           coalesce(line.receipt, t.receipt, d.provider_receipt, w.provider_receipt, f.provider_receipt)
             AS receipt,
           coalesce(line.standing, t.standing::text) AS standing, coalesce(line.cause, t.cause) AS cause,
           coalesce(line.lines, 0)::int AS lines,
           coalesce(line.cents, 0)::bigint AS listed_cents, coalesce(b.cents, 0)::bigint AS booked_cents,
           at.at,
           CASE WHEN line.lines > 0 THEN 'listed'
                WHEN line.is_elsewhere THEN 'elsewhere'
                WHEN at.at < ${from} THEN 'before'
                WHEN at.at > ${until} THEN 'after'
                ELSE 'in_flight' END AS place
      FROM (
        SELECT subject, count(*) FILTER (WHERE is_here) AS lines, sum(cents) FILTER (WHERE is_here) AS cents,
               bool_or(is_here = false) AS is_elsewhere, max(at) AS at,
               ${representative("id")}, ${representative("kind")}, ${representative("receipt")},
               ${representative("standing")}, ${representative("cause")}
          FROM listed GROUP BY subject) AS line
      FULL JOIN booked b ON b.subject = line.subject
      LEFT JOIN provider_transactions t ON t.id = b.subject
      LEFT JOIN deposits d ON d.id = b.subject
      LEFT JOIN stk_pushes p ON p.deposit_id = b.subject
      LEFT JOIN withdrawals w ON w.id = b.subject
      LEFT JOIN refunds f ON f.id = b.subject
     CROSS JOIN LATERAL (
       SELECT coalesce(line.at, t.occurred_at, p.provider_paid_at, d.settled_at, w.settled_at,
                       f.settled_at, b.at) AS at) AS at`;
}

const kindOfSubject = Prisma.sql`CASE left(b.subject, 3)
  WHEN 'dep' THEN 'payment_in' WHEN 'wdr' THEN 'payout' WHEN 'rfd' THEN 'reversal' ELSE 'other' END`;

/** Of several lines of one payment, the one that a person has to look at. */
function representative(column: string): Prisma.Sql {
  const name = Prisma.raw(column);
  return Prisma.sql`(array_agg(${name} ORDER BY is_here DESC NULLS LAST, cause IS NULL, id))[1] AS ${name}`;
}
