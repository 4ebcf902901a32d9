import { readFileSync } from "node:fs";
import pg from "pg";
import { sealBooks } from "./seal-books";

/** Each has put in more than they took out when they first take something out. */
const CUSTOMERS = 2_000;
const DAYS = 60;
/** Ledger lines that a turn of 21 payments leaves: nineteen of 20 by M-Pesa, one by voucher, one payout. */
const [PAYMENTS, LINES] = [22, 43];

/** What is in the books afterwards. */
export type FilledBooks = Readonly<
  Record<"lines" | "movements" | "auditRows" | "payments", number>
>;

/**
 * Fills a fresh database with two months of one merchant's books, about `lineCount` ledger lines: payments by
 * M-Pesa and by voucher, some that failed, payouts, their receipts, prompts, orders and lines of M-Pesa's own
 * books, the audit rows of each, their chain and a signed head for each day. The books are whole.
 */
export async function fillBooks(databaseUrl: string, lineCount: number): Promise<FilledBooks> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const count = Math.round((lineCount / LINES) * PAYMENTS);
  try {
    // The triggers would look at each of a million lines one by one; verify-books looks at them all.
    await client.query("SET session_replication_role = replica; SET synchronous_commit = off");
    await client.query("BEGIN");
    await client.query(
      `CREATE TEMP TABLE pay AS
       SELECT i, at, 'usr_' || md5((i % ${CUSTOMERS})::text) AS customer, way, NOT (way = 'mpesa' AND i % 11 = 0) AS is_paid,
              CASE way WHEN 'payout' THEN 5000 ELSE (100 + i % 900) * 100 END::bigint AS cents,
              lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 19) AS key
         FROM generate_series(1, ${count}) AS i,
              LATERAL (SELECT CASE i % ${PAYMENTS} WHEN 20 THEN 'pesavoucher' WHEN 21 THEN 'payout' ELSE 'mpesa' END AS way,
                              date_trunc('second', now()) - interval '2 hours'
                                - (${count} - i) * interval '${DAYS} days' / ${count} AS exact) AS drawn,
              LATERAL (SELECT date_trunc('milliseconds', exact) AS at) AS dated`,
    );
    await client.query("ANALYZE pay");
    await client.query(readFileSync(new URL("fill-books.sql", import.meta.url), "utf8"));
    await client.query("COMMIT");
    await sealBooks(client);
    await client.query("VACUUM ANALYZE");
    return await countBooks(client);
  } finally {
    await client.end();
  }
}

async function countBooks(client: pg.Client): Promise<FilledBooks> {
  const { rows } = await client.query<FilledBooks>(
    `SELECT (SELECT count(*) FROM ledger_lines)::int AS lines, (SELECT count(*) FROM ledger_movements)::int AS movements,
            (SELECT count(*) FROM audit_log)::int AS "auditRows",
            ((SELECT count(*) FROM deposits) + (SELECT count(*) FROM withdrawals))::int AS payments`,
  );
  const [counted] = rows;
  if (!counted) throw new Error("a count is one row");
  return counted;
}
