import { log } from "@/lib/log";

/**
 * Runs `work` again and again, `intervalMs` after it last ended, until stopped; at once while it says
 * that it found a full load. A failure is logged and the next turn tries again. `stop` waits for the turn
 * under way.
 */
export function runEvery(
  name: string,
  intervalMs: number,
  work: () => Promise<{ more: boolean }>,
): { stop: () => Promise<void> } {
  let stopped = false;
  let wake: () => void = () => undefined;
  const loop = (async () => {
    while (!stopped) {
      let more = false;
      try {
        ({ more } = await work());
      } catch (error) {
        log().error({ err: error, loop: name }, "a sweep failed, it will run again");
      }
      if (more || stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, intervalMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    async stop() {
      stopped = true;
      wake();
      await loop;
    },
  };
}
