const TIMEOUT_MS = 5_000;
const PAUSE_MS = 20;

/**
 * Repeats the check until it passes and resolves with what it returned; when the time is up, rejects
 * with the check's last error. For effects that arrive on their own time; never for fixed waits.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<T> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= endsAt) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
