import { setTimeout as sleep } from "node:timers/promises";

/** Tries until `check` stops throwing, for at most `withinMs`; then throws what it threw last. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 5_000): Promise<T> {
  const deadlineMs = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await sleep(15);
    }
  }
}
