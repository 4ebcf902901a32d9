import { assert } from "./assert";

/**
 * Does `work` for every item, at most `atOnce` at the same time, in order of the list. Rejects with the
 * first failure after what is under way has ended; items not begun by then are left out.
 */
export async function forEachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  assert(atOnce >= 1, "somebody has to do the work");
  const rest = items[Symbol.iterator]();
  let failed = false;
  const hand = async () => {
    for (const item of rest) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const hands = Array.from({ length: Math.min(atOnce, items.length) }, hand);
  const ends = await Promise.allSettled(hands);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
