import { setTimeout as delay } from "node:timers/promises";

const PAUSE_MS = 20;

/** Resolves once the condition holds; throws when the time is up. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  options: { timeoutMs: number },
): Promise<void> {
  const endsAt = performance.now() + options.timeoutMs;
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error("the bench waited too long");
    await delay(PAUSE_MS);
  }
}
