/**
 * Runs one program with the project's settings: `node scripts/run.mjs [--no-database] program args`.
 * Unless told otherwise it also opens the database, the embedded one included, for as long as the
 * program runs. `NAME=value` before the program sets more.
 */
import { spawn } from "node:child_process";
import { loadEnvironment, prepareSimulators } from "./lib/environment.mjs";
import { ensureInstalledAndPinned } from "./lib/install.mjs";
import { rootDir } from "./lib/paths.mjs";
import { onAbandonedByNpm } from "./lib/processes.mjs";
import { generateClient, migrateDatabase } from "./lib/prisma.mjs";
import { withProjectPath } from "./lib/run-command.mjs";
import { exitWith, SetupError } from "./lib/setup-error.mjs";
import { openDatabase, stopDatabaseOnSignals } from "./lib/shop.mjs";

main().catch(exitWith);

async function main() {
  const words = process.argv.slice(2);
  const noDatabase = words[0] === "--no-database";
  if (noDatabase) words.shift();
  while (/^[A-Z_]+=/.test(words[0] ?? "")) {
    const [name, ...value] = words.shift().split("=");
    process.env[name] = value.join("=");
  }
  const [program, ...args] = words;
  if (!program)
    throw new SetupError("Usage: node scripts/run.mjs [--no-database] program [arguments]");

  loadEnvironment();
  await ensureInstalledAndPinned();
  await prepareSimulators(process.env);
  const postgres = noDatabase ? undefined : await openDatabase(process.env);
  const release = stopDatabaseOnSignals(postgres);
  try {
    await generateClient();
    // The embedded database is this folder's own, so this program may be the first to use it. A server
    // of somebody else's is migrated when they say so, with db:migrate.
    if (postgres) await migrateDatabase({ databaseUrl: process.env.DATABASE_URL });
    release();
    process.exitCode = await runToItsEnd(program, args);
  } finally {
    await postgres?.stop();
  }
}

function runToItsEnd(program, args) {
  const child = spawn(program, args, {
    cwd: rootDir,
    env: withProjectPath(process.env),
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  onAbandonedByNpm(() => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}
