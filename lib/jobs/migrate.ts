import { pathToFileURL } from "node:url";
import { runMigrations } from "graphile-worker";
import { databaseUrl } from "@/lib/env";

/** Brings the job queue's own schema up to date. Safe to run at any time, by several at once. */
export async function migrateJobs(connectionString: string): Promise<void> {
  await runMigrations({ connectionString });
}

// Needs the database alone: migrations run before anyone has chosen the other settings.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await migrateJobs(databaseUrl());
}
