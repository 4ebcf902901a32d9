import { setTimeout as reallyPause } from "node:timers/promises";
import { advanceClock } from "./recover";

/** How long our clients wait for a provider here. */
export const PROVIDER_TIMEOUT_MS = 400;
/** A provider that takes longer than that. */
export const LATENCY_MS = 500;

/**
 * Waiting in a world whose clock stands: a provider that keeps us waiting does so in real time, for the
 * client's own timer runs in it; everybody else's waits pass on the clock, at once.
 */
export async function pauseOnClock(ms = 0): Promise<void> {
  if (ms === LATENCY_MS) return reallyPause(ms);
  advanceClock(ms);
  return reallyPause(0);
}
