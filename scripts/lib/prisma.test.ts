import { readdirSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "@/test/database";
import { deployMigrations } from "./prisma.mjs";

const NAMES = readdirSync(path.join(import.meta.dirname, "../../prisma/migrations"), {
  withFileTypes: true,
}).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const LAST = NAMES.sort().at(-1) ?? "";

/** What is noted of the migrations now: done, or not. */
async function withDatabase<T>(work: (client: pg.Client, url: string) => Promise<T>): Promise<T> {
  const url = await createTestDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client, url);
  } finally {
    await client.end();
  }
}

async function undone(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM _prisma_migrations m
      WHERE NOT EXISTS (SELECT FROM _prisma_migrations d
                         WHERE d.migration_name = m.migration_name AND d.finished_at IS NOT NULL)`,
  );
  return rows.map(({ name }) => name);
}

/** As a process leaves it that was killed during this migration. */
async function interrupt(client: pg.Client, name: string, logs: string | null): Promise<void> {
  await client.query(
    `UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0, logs = $2
      WHERE migration_name = $1`,
    [name, logs],
  );
}

test("a migration that was killed after its commit is noted as done", async () => {
  await withDatabase(async (client, databaseUrl) => {
    await interrupt(client, LAST, null);
    expect(await undone(client)).toEqual([LAST]);
    await deployMigrations({ databaseUrl });
    expect(await undone(client)).toEqual([]);
  });
}, 60_000);

test("a migration that was killed before its commit is run", async () => {
  await withDatabase(async (client, databaseUrl) => {
    await client.query(
      `ALTER TABLE withdrawals DROP CONSTRAINT withdrawals_paid_has_time,
         DROP CONSTRAINT withdrawals_failed_has_time,
         DROP CONSTRAINT withdrawals_ended_badly_says_why,
         DROP CONSTRAINT withdrawals_voucher_paid_has_code`,
    );
    await interrupt(client, "20261121000800_withdrawal_checks", null);
    await deployMigrations({ databaseUrl });
    expect(await undone(client)).toEqual([]);
    const { rows } = await client.query(
      "SELECT FROM pg_constraint WHERE conname = 'withdrawals_paid_has_time'",
    );
    expect(rows).toHaveLength(1);
  });
}, 60_000);

test("a migration that failed by itself is not run again behind anybody's back", async () => {
  await withDatabase(async (client, databaseUrl) => {
    await interrupt(client, LAST, "ERROR: division by zero");
    await expect(deployMigrations({ databaseUrl })).rejects.toThrow("P3009");
    expect(await undone(client)).toEqual([LAST]);
  });
}, 60_000);
