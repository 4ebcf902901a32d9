import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { rootDir } from "./paths.mjs";
import { openRotatingLog } from "./rotating-log.mjs";
import { withProjectPath } from "./run-command.mjs";

const STOP_TIMEOUT_MS = 15_000;
const QUICK_FAILURE_MS = 30_000;
const QUICK_FAILURES_MAX = 5;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 15_000;
const LAST_LINES = 20;
const LOG_LEVEL_ERROR = 50;
const preload = pathToFileURL(path.join(rootDir, "scripts/lib/end-with-parent.mjs")).href;

/**
 * Starts programs, keeps them running and stops them in the reverse of the order they were started.
 * A program that dies is started again after a growing pause; `onGiveUp(name, lastLines)` is called
 * when it keeps dying within half a minute. Everything a program says goes to its log file, and its
 * errors (everything, when verbose) to the terminal as well.
 */
export function createSupervisor({
  logDir,
  verbose = false,
  onGiveUp,
  say = console.log,
  backoffFirstMs = BACKOFF_FIRST_MS,
}) {
  const programs = [];
  let stopping = false;

  function launch(program) {
    const child = spawn(process.execPath, nodeArgs(program), {
      cwd: rootDir,
      env: { ...withProjectPath(program.env), MALIPO_SUPERVISOR: String(process.pid) },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A group of its own: Ctrl-C in the terminal reaches us alone, and we stop them in order.
      detached: true,
    });
    const startedAt = Date.now();
    program.child = child;
    const pass = (line, isError) => record(program, line, { isError, verbose });
    createInterface({ input: child.stdout }).on("line", (line) => pass(line, false));
    createInterface({ input: child.stderr }).on("line", (line) => pass(line, true));
    child.once("error", (error) => pass(String(error), true));
    child.once("exit", (code, signal) => {
      program.child = undefined;
      program.quickFailures =
        Date.now() - startedAt < QUICK_FAILURE_MS ? program.quickFailures + 1 : 0;
      if (!stopping) void relaunch(program, signal ?? `exit code ${code}`);
    });
  }

  async function relaunch(program, ending) {
    if (program.quickFailures >= QUICK_FAILURES_MAX) {
      stopping = true;
      onGiveUp(program.name, program.lastLines);
      return;
    }
    const pauseMs = Math.min(backoffFirstMs * 2 ** program.quickFailures, BACKOFF_MAX_MS);
    say(`${program.name} ended (${ending}); starting it again in ${pauseMs / 1000} s.`);
    await delay(pauseMs);
    if (!stopping) launch(program);
  }

  return {
    /** Starts a program: a name for people, and the arguments and environment for Node. */
    start({ name, args, env }) {
      const log = openRotatingLog(path.join(logDir, `${name}.log`));
      const program = { name, args, env, log, lastLines: [], quickFailures: 0, child: undefined };
      programs.push(program);
      launch(program);
    },

    /** The process that runs a program now; undefined between its end and its next start. */
    pidOf: (name) => programs.find((program) => program.name === name)?.child?.pid,

    /** The last lines of every program, for a report of what went wrong. */
    lastLines: () => programs.map(({ name, lastLines }) => ({ name, lastLines })),

    /** Stops all programs, the last started first, each within a time limit. */
    async stop() {
      stopping = true;
      for (const program of programs.toReversed()) await stopProgram(program);
    },
  };
}

function nodeArgs({ args }) {
  return ["--enable-source-maps", "--import", preload, ...args];
}

async function stopProgram({ child }) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const patience = new AbortController();
  const timeUp = delay(STOP_TIMEOUT_MS, "late", { signal: patience.signal }).catch(() => undefined);
  if ((await Promise.race([ended, timeUp])) === "late") child.kill("SIGKILL");
  await ended;
  patience.abort();
}

function record(program, line, { isError, verbose }) {
  program.log.write(Buffer.from(`${line}\n`));
  program.lastLines.push(line);
  if (program.lastLines.length > LAST_LINES) program.lastLines.shift();
  if (verbose || isError || isErrorEntry(line)) {
    process.stderr.write(`${program.name.padEnd(8)}| ${line}\n`);
  }
}

/** Our programs log JSON lines with a numeric level; 50 and above are errors. */
function isErrorEntry(line) {
  const level = /^\{"level":(\d+)/.exec(line);
  return level !== null && Number(level[1]) >= LOG_LEVEL_ERROR;
}
