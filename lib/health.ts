import { readdir } from "node:fs/promises";
import path from "node:path";
import { pgPool } from "./db";
import { log } from "./log";

export interface Health {
  /** False keeps customers away from this process. */
  readonly ready: boolean;
  readonly database: "up" | "down";
  /** Names of migrations this build brings and the database lacks. */
  readonly migrations_missing: readonly string[];
  /** When the worker last checked the books; for people, it decides nothing. */
  readonly worker_seen_at: string | null;
}

/** Whether this process can serve: the database answers and knows every migration of this build. */
export async function checkHealth(): Promise<Health> {
  try {
    const { rows } = await pgPool().query<{ done: string[]; seen_at: Date | null }>(`
      SELECT (SELECT coalesce(array_agg(migration_name), '{}') FROM _prisma_migrations
               WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL) AS done,
             (SELECT max(checked_at) FROM invariant_checks) AS seen_at`);
    const done = new Set(rows[0]?.done);
    const missing = (await knownMigrations()).filter((name) => !done.has(name));
    return {
      ready: missing.length === 0,
      database: "up",
      migrations_missing: missing,
      worker_seen_at: rows[0]?.seen_at?.toISOString() ?? null,
    };
  } catch (error) {
    log().warn({ err: error }, "not ready");
    return { ready: false, database: "down", migrations_missing: [], worker_seen_at: null };
  }
}

async function knownMigrations(): Promise<string[]> {
  const folder = path.join(/* turbopackIgnore: true */ process.cwd(), "prisma/migrations");
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
