import type { Db } from "@/lib/db";

/**
 * Folds settled lines of the accounts without a materialised balance into their roll-ups, so that
 * reading a busy account stays cheap. Takes only lines written by Postgres transactions older than
 * every open one: a line that commits late can never be skipped. Roll-ups that count in another
 * server's transaction numbers, as a restored dump leaves them, are made anew. Safe to run anywhere,
 * any time.
 */
export async function rollUpBalances(db: Db): Promise<number> {
  await db.$executeRaw`
    DELETE FROM ledger_rollups
     WHERE xid_below > pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;
  return db.$executeRaw`
    WITH horizon AS (
      SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xid
    ), fresh AS (
      SELECT l.account_id, sum(l.amount_cents)::bigint AS amount_cents, horizon.xid
        FROM ledger_accounts a
        LEFT JOIN ledger_rollups r ON r.account_id = a.id
       CROSS JOIN horizon
        JOIN ledger_lines l ON l.account_id = a.id
         AND l.xid >= coalesce(r.xid_below, 0) AND l.xid < horizon.xid
       WHERE a.balance_cents IS NULL
       GROUP BY l.account_id, horizon.xid
    )
    INSERT INTO ledger_rollups AS old (account_id, xid_below, amount_cents)
    SELECT account_id, xid, amount_cents FROM fresh
    ON CONFLICT (account_id) DO UPDATE
       SET amount_cents = old.amount_cents + excluded.amount_cents, xid_below = excluded.xid_below
     WHERE old.xid_below = (SELECT coalesce(r.xid_below, 0) FROM ledger_rollups r WHERE r.account_id = excluded.account_id)`;
}
