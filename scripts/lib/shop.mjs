import path from "node:path";
import { ensureDatabase, openPostgres } from "./postgres.mjs";
import { dataDir } from "./paths.mjs";
import { isPortTaken } from "./ports.mjs";
import { onAbandonedByNpm } from "./processes.mjs";
import { waitForApp } from "./programs.mjs";
import { SetupError } from "./setup-error.mjs";
import { createSupervisor } from "./supervisor.mjs";

const DATABASE = "malipo";
export const POSTGRES_CHECK_MS = 1_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Fails with the name of the setting to change when a port that is about to be used is taken. */
export async function requireFreePorts(env, simulated) {
  const wanted = [
    ["PORT", "the shop"],
    ["METRICS_PORT", "the shop's metrics"],
    ["WORKER_METRICS_PORT", "the worker's metrics"],
    ...(simulated.length > 0 ? [["SANDBOX_PORT", "the sandbox"]] : []),
  ];
  const problems = [];
  for (const [name, purpose] of wanted) {
    const port = Number(env[name]);
    if (port !== 0 && (await isPortTaken(port))) {
      problems.push(
        `Port ${port} (${purpose}) is taken. Stop what uses it, or set ${name} to another.`,
      );
    }
  }
  if (problems.length > 0) throw new SetupError(problems.join("\n"));
}

/**
 * Opens the database this folder uses: the one of DATABASE_URL, or the embedded Postgres, in which
 * case DATABASE_URL is set for everything started later. Resolves to the handle, or undefined when
 * the server is somebody else's to run.
 */
export async function openDatabase(env) {
  if (env.DATABASE_URL) return undefined;
  const postgres = await openPostgres({
    dir: path.join(dataDir(), "pg"),
    port: Number(env.POSTGRES_PORT),
    password: env.POSTGRES_PASSWORD,
    logFile: path.join(dataDir(), "logs/postgres.log"),
  });
  env.DATABASE_URL = await ensureDatabase(postgres, DATABASE);
  return postgres;
}

/**
 * Until the returned function is called, a signal stops the database and ends this program: for the
 * time in which nothing else runs yet that would have to be stopped first.
 */
export function stopDatabaseOnSignals(postgres) {
  const end = async () => {
    await postgres?.stop();
    process.exit(130);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return () => {
    for (const signal of SIGNALS) process.removeListener(signal, end);
  };
}

/**
 * Runs programs until the person or the system says stop, and then stops them in order, the database
 * last. Resolves to the exit code. `onReady` is called once the shop answers.
 */
export async function runUntilStopped({ programs, postgres, port, verbose, onReady }) {
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  for (const signal of SIGNALS) process.on(signal, () => finish(0));
  onAbandonedByNpm(() => finish(0));

  const supervisor = createSupervisor({
    logDir: path.join(dataDir(), "logs"),
    verbose,
    onGiveUp: (name, lines) => {
      process.stderr.write(`${name} keeps failing. Its last lines:\n  ${lines.join("\n  ")}\n`);
      finish(1);
    },
  });
  const watch = postgres && setInterval(reviver(postgres), POSTGRES_CHECK_MS);
  for (const program of programs) supervisor.start(program);

  const ready = await Promise.race([waitForApp({ port }), finished.then(() => undefined)]);
  if (ready === true) onReady();
  if (ready === false) {
    process.stderr.write(`The shop did not answer on port ${port} within a minute.\n`);
    for (const { name, lastLines } of supervisor.lastLines()) {
      process.stderr.write(`${name} said last:\n  ${lastLines.join("\n  ")}\n`);
    }
    finish(1);
  }

  const code = await finished;
  clearInterval(watch);
  process.stdout.write("\nStopping.\n");
  await supervisor.stop();
  await postgres?.stop();
  return code;
}

/** Looks whether Postgres still runs, and starts it again when it does not; one look at a time. */
export function reviver(postgres) {
  let busy = false;
  return () => {
    if (busy || postgres.isRunning()) return;
    busy = true;
    process.stderr.write("Postgres ended; starting it again.\n");
    const done = () => (busy = false);
    const failed = (error) => process.stderr.write(`${error.message}\n`);
    postgres.revive().catch(failed).finally(done);
  };
}
