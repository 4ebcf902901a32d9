import { after } from "next/server";
import { log } from "@/lib/log";

type Schedule = (work: () => Promise<unknown>) => void;

let schedule: Schedule = after;

/** Runs `work` once the answer is on its way. Failures are logged; the sweeps finish what was begun. */
export function afterAnswer(work: () => Promise<unknown>): void {
  schedule(() =>
    work().catch((error: unknown) => log().error({ err: error }, "work after the answer failed")),
  );
}

/** For doors that do not run inside Next, where nobody else runs what comes after the answer. */
export function scheduleOnEventLoop(): void {
  schedule = (work) => setImmediate(() => void work());
}
