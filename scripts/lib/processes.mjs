import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Whether a process with this id exists, whoever owns it. A zombie has ended. */
export function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
  return !/^State:\s+Z/m.test(readProc(pid, "status"));
}

/** The command line of a process on Linux, empty elsewhere or when it has ended. */
export function commandLineOf(pid) {
  return readProc(pid, "cmdline").replaceAll("\0", " ");
}

function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

const PARENT_CHECK_MS = 1_000;

/**
 * Calls back once when npm, which started this program, is gone. npm passes SIGTERM to the shell
 * between the two, and that shell ends without passing it on. Does nothing outside of npm: a program
 * that somebody put into the background is meant to outlive its shell.
 */
export function onAbandonedByNpm(callback) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** Resolves true once the condition holds, false when the time is up. */
export async function waitUntil(condition, { timeoutMs, everyMs = 50 }) {
  const endsAt = Date.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() >= endsAt) return false;
    await delay(everyMs);
  }
}
