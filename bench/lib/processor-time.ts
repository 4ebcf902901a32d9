import { readFileSync, readdirSync } from "node:fs";

/** Linux counts processor time in ticks of this length. */
const TICK_MICROS = 10_000;
const FIELD = { parent: 1, user: 11, system: 12 } as const;

/** Processor time a process has used so far, in microseconds. Zero where the system does not tell. */
export function processorMicros(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields?.[FIELD.user]) + Number(fields?.[FIELD.system])) * TICK_MICROS || 0;
}

/** The same for all processes that `pid` has started and that still run, such as a Postgres server's. */
export function processorMicrosOfChildren(pid: number): number {
  if (process.platform !== "linux") return 0;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(statOf(Number(name))?.[FIELD.parent]) === pid)
    .reduce((sum, name) => sum + processorMicros(Number(name)), 0);
}

/** What follows the name of the process, which may hold spaces, in its `stat`. */
function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
  } catch {
    return undefined;
  }
}
