import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePort, isPortTaken } from "./ports.mjs";
import { openPostgresBinaries } from "./postgres-binaries.mjs";
import { commandLineOf, isAlive, waitUntil } from "./processes.mjs";
import { SetupError } from "./setup-error.mjs";

const USER = "malipo";
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const THROWAWAY_PREFIX = "malipo-pg-";
// Nothing of a throwaway instance outlives the run, so waiting for the disk would buy nothing.
const THROWAWAY_SETTINGS = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/**
 * Starts the Postgres of a data folder, creating it the first time, or joins the one that another
 * program of this folder already runs. The last program that leaves stops it, so `npm start` and
 * `npm run dev` can come and go in any order. Resolves to a handle; `stop` is idempotent, and
 * `revive` brings the same instance back after it has died.
 */
export async function openPostgres({ dir, port, password, logFile }) {
  const usersDir = `${dir}-users`;
  mkdirSync(usersDir, { recursive: true, mode: 0o700 });
  const ticket = path.join(usersDir, `${process.pid}.${randomBytes(4).toString("hex")}`);
  writeFileSync(ticket, "");
  const join = () => withLock(`${dir}.lock`, () => joinOrLaunch({ dir, port, password, logFile }));
  try {
    const running = await join();
    const stop = () => leave({ dir, usersDir, ticket });
    return handleOf({ ...running, dir, password, stop, revive: join });
  } catch (error) {
    rmSync(ticket, { force: true });
    throw error;
  }
}

async function joinOrLaunch({ dir, port, password, logFile }) {
  const found = runningInstance(dir);
  if (found) return { port: found.port, joined: true };
  if (await isPortTaken(port)) {
    throw new SetupError(
      `Port ${port} (the database) is taken by another program.\n` +
        "Set POSTGRES_PORT to a free port, or DATABASE_URL to a Postgres server of your own.",
    );
  }
  return launch({ dir, port, password, logFile, settings: {} });
}

/**
 * Starts an empty Postgres in a temporary folder on a random port, for tests: quick, not durable, and
 * gone after `stop()`. Those left behind by a killed run are removed first.
 */
export async function openThrowawayPostgres() {
  await sweepThrowaways();
  const base = mkdtempSync(path.join(os.tmpdir(), THROWAWAY_PREFIX));
  // Passable, because Postgres may have to run as another user; its own folder inside stays closed.
  chmodSync(base, 0o711);
  writeFileSync(path.join(base, "owner"), String(process.pid));
  const dir = path.join(base, "data");
  const password = randomBytes(18).toString("base64url");
  const removeNow = () => rmSync(base, { recursive: true, force: true });
  const onExit = () => {
    signalInstance(dir, "SIGQUIT");
    removeNow();
  };
  try {
    const port = await freePort();
    const logFile = path.join(base, "postgres.log");
    const running = await launch({ dir, port, password, logFile, settings: THROWAWAY_SETTINGS });
    process.once("exit", onExit);
    const stop = async () => {
      process.removeListener("exit", onExit);
      await stopInstance(dir, "SIGQUIT");
      removeNow();
    };
    return handleOf({ ...running, dir, password, stop });
  } catch (error) {
    removeNow();
    throw error;
  }
}

/** Creates the database unless it is there. UTF-8 and UTC come from the instance. */
export async function ensureDatabase(handle, name) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: handle.urlFor("postgres") });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    if (error.code !== "42P04") throw error;
  } finally {
    await client.end();
  }
  return handle.urlFor(name);
}

function handleOf({ port, joined = false, dir, password, stop, revive }) {
  let stopped;
  return {
    port,
    joined,
    urlFor: (database) => `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`,
    isRunning: () => runningInstance(dir) !== undefined,
    revive,
    stop: () => (stopped ??= stop()),
  };
}

async function launch({ dir, port, password, logFile, settings }) {
  const binaries = await openPostgresBinaries(dir);
  if (!existsSync(path.join(dir, "PG_VERSION"))) initialise({ binaries, dir, password });
  dropStalePidFile(dir);
  const options = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    timezone: "UTC",
    log_timezone: "UTC",
    password_encryption: "scram-sha-256",
    ...settings,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = binaries.commandFor("postgres", ["-D", dir, "-p", String(port), ...flags]);

  // After a kill -9 its helper processes need a moment to notice; until then Postgres refuses to start.
  const endsAt = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const attempt = await startOnce({ command, dir, logFile, endsAt });
    if (attempt.ready) return { port };
    const lingering = attempt.output.includes("pre-existing shared memory block");
    if (!lingering || Date.now() > endsAt) {
      throw new SetupError(`Postgres did not start. Its last words:\n${attempt.output.trim()}`);
    }
    await waitUntil(() => false, { timeoutMs: 300 });
  }
}

async function startOnce({ command, dir, logFile, endsAt }) {
  mkdirSync(path.dirname(logFile), { recursive: true, mode: 0o700 });
  const log = openSync(logFile, "a");
  const logStart = readFileSync(logFile).length;
  // Its own session: Ctrl-C in the terminal must reach us first, the database last.
  const child = spawn(command.file, command.argv, {
    ...command.options,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  let ended = false;
  child.once("exit", () => (ended = true));
  child.once("error", () => (ended = true));
  const isReady = () => ended || readPidFile(dir)?.status === "ready";
  await waitUntil(isReady, { timeoutMs: Math.max(0, endsAt - Date.now()), everyMs: 20 });
  const output = readFileSync(logFile).subarray(logStart).toString("utf8");
  return { ready: !ended && readPidFile(dir)?.status === "ready", output };
}

function initialise({ binaries, dir, password }) {
  // Built beside its place and moved when whole: an interrupted first start leaves nothing half made.
  const draft = `${dir}.new`;
  const passwordFile = `${dir}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  binaries.handOver(draft);
  binaries.handOver(passwordFile);
  try {
    const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const auth = ["-U", USER, "-A", "scram-sha-256", `--pwfile=${passwordFile}`];
    const { file, argv, options } = binaries.commandFor("initdb", [
      ...["-D", draft, "-E", "UTF8", ...locale, ...auth, "--no-sync", "--no-instructions"],
    ]);
    const made = spawnSync(file, argv, { ...options, encoding: "utf8" });
    if (made.status !== 0) {
      throw new SetupError(
        `Postgres could not create ${dir}:\n${made.stderr || made.error?.message}`,
      );
    }
    rmSync(dir, { recursive: true, force: true });
    renameSync(draft, dir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The lines of postmaster.pid that matter here: process id, port and status. */
function readPidFile(dir) {
  try {
    const lines = readFileSync(path.join(dir, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() };
  } catch {
    return undefined;
  }
}

function isPostgres(pid) {
  if (!isAlive(pid)) return false;
  // Process ids are used again. Where the command line can be read, it has to be a Postgres.
  const commandLine = commandLineOf(pid);
  return commandLine === "" || commandLine.includes("postgres");
}

function runningInstance(dir) {
  const found = readPidFile(dir);
  if (!found || !isPostgres(found.pid)) return undefined;
  return found.status === "ready" ? found : undefined;
}

function dropStalePidFile(dir) {
  const found = readPidFile(dir);
  if (found && !isPostgres(found.pid)) rmSync(path.join(dir, "postmaster.pid"), { force: true });
}

function signalInstance(dir, signal) {
  const found = readPidFile(dir);
  if (!found || !isPostgres(found.pid)) return undefined;
  try {
    process.kill(found.pid, signal);
  } catch {
    return undefined;
  }
  return found.pid;
}

async function stopInstance(dir, signal) {
  const pid = signalInstance(dir, signal);
  if (pid === undefined) return;
  const ended = () => !isAlive(pid);
  if (await waitUntil(ended, { timeoutMs: STOP_TIMEOUT_MS, everyMs: 20 })) return;
  signalInstance(dir, "SIGQUIT");
  await waitUntil(ended, { timeoutMs: STOP_TIMEOUT_MS, everyMs: 20 });
}

async function leave({ dir, usersDir, ticket }) {
  await withLock(`${dir}.lock`, async () => {
    rmSync(ticket, { force: true });
    const others = readdirSync(usersDir).filter((name) => {
      if (isAlive(Number.parseInt(name, 10))) return true;
      rmSync(path.join(usersDir, name), { force: true });
      return false;
    });
    // SIGINT is Postgres' "fast" shutdown: open sessions are ended, everything is flushed.
    if (others.length === 0) await stopInstance(dir, "SIGINT");
  });
}

/** Runs one program of this folder at a time. A lock whose holder has died is taken over. */
async function withLock(file, work) {
  const take = () => {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return true;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = Number(readFileSync(file, { encoding: "utf8", flag: "a+" }));
    if (holder !== 0 && !isAlive(holder)) rmSync(file, { force: true });
    return false;
  };
  if (!(await waitUntil(take, { timeoutMs: READY_TIMEOUT_MS, everyMs: 30 }))) {
    throw new SetupError(
      `Another program has held ${file} for a minute. Remove it if none is running.`,
    );
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

async function sweepThrowaways() {
  for (const name of readdirSync(os.tmpdir())) {
    if (!name.startsWith(THROWAWAY_PREFIX)) continue;
    const base = path.join(os.tmpdir(), name);
    try {
      if (isAlive(Number(readFileSync(path.join(base, "owner"), "utf8")))) continue;
      await stopInstance(path.join(base, "data"), "SIGQUIT");
      rmSync(base, { recursive: true, force: true });
    } catch {
      // Just being made or removed, or another user's: not ours to sweep.
    }
  }
}
