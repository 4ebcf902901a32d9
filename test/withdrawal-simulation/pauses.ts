import type * as timers from "node:timers/promises";
import { vi } from "vitest";

// Imports nothing of the project: it takes the place of a module that much of the project imports.
const { setTimeout: reallyPause } = await vi.importActual<typeof timers>("node:timers/promises");

/** How long our clients wait for a provider here. */
export const PROVIDER_TIMEOUT_MS = 400;
/** A provider that takes longer than that. */
export const LATENCY_MS = 500;

/** A provider that keeps us waiting does so in real time; every other wait passes on the clock, at once. */
export async function pauseOnClock(ms = 0): Promise<void> {
  if (ms === LATENCY_MS) return reallyPause(ms);
  vi.setSystemTime(Date.now() + ms);
  return reallyPause(0);
}
