import { db, pgPool } from "@/lib/db";

/**
 * Forgets every row of every table, so that a round begins with nothing and a long run stays as small as a
 * short one. The books refuse to be emptied, so the guards look away for this one transaction.
 */
export async function emptyDatabase(): Promise<void> {
  const tables = await db().$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE (schemaname = 'public' AND tablename NOT LIKE '\\_prisma%')
        OR (schemaname = 'graphile_worker' AND tablename = '_private_jobs')`;
  const client = await pgPool().connect();
  try {
    await client.query("BEGIN");
    await client.query("SET LOCAL session_replication_role = replica");
    await client.query(`TRUNCATE ${tables.map(({ name }) => name).join(", ")}`);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}
