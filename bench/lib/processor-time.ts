import { readFileSync } from "node:fs";

/** Linux counts processor time in ticks of this length. */
const TICK_MICROS = 10_000;
const FIELD = { user: 11, system: 12, childrenUser: 13, childrenSystem: 14 } as const;

/** Processor time a process has used so far, in microseconds. Zero where the system does not tell. */
export function processorMicros(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields?.[FIELD.user]) + Number(fields?.[FIELD.system])) * TICK_MICROS || 0;
}

/** Processor time of the children that a process has had and that have ended, in microseconds. */
export function endedChildrenMicros(pid: number): number {
  const fields = statOf(pid);
  const ticks = Number(fields?.[FIELD.childrenUser]) + Number(fields?.[FIELD.childrenSystem]);
  return ticks * TICK_MICROS || 0;
}

/** What follows the name of the process, which may hold spaces, in its `stat`. */
function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
  } catch {
    return undefined;
  }
}
