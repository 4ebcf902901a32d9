import { pathToFileURL } from "node:url";
import { runMigrations } from "graphile-worker";
import { closeDb, pgPool } from "@/lib/db";

/** Brings the job queue's own schema up to date. Safe to run at any time, by several at once. */
export async function migrateJobs(): Promise<void> {
  await runMigrations({ pgPool: pgPool() });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await migrateJobs();
  await closeDb();
}
