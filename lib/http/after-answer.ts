import { log } from "@/lib/log";

type Schedule = (work: () => Promise<void>) => void;

function onEventLoop(work: () => Promise<void>): void {
  setImmediate(() => void work());
}

let schedule: Schedule = onEventLoop;

/** Runs `work` once the answer is on its way. Failures are logged; the sweeps finish what was begun. */
export function afterAnswer(work: () => Promise<unknown>): void {
  schedule(async () => {
    try {
      await work();
    } catch (error) {
      log().error({ err: error }, "work after the answer failed");
    }
  });
}

/** Has the host run what comes after the answer, where it must know of it to stay alive for it. */
export function scheduleAfterAnswer(host: Schedule): void {
  schedule = host;
}
