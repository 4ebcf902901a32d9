import { expect, test } from "vitest";
import { forEachAtOnce } from "./for-each-at-once";

test("every item is worked once, in order, and never more at once than allowed", async () => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  await forEachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    begun.push(item);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  });
  expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});

test("a failure is told after what was under way has ended, and nothing new begins", async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    if (item === 2) throw new Error("no");
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(item);
  };
  await expect(forEachAtOnce([1, 2, 3, 4], 2, work)).rejects.toThrow("no");
  expect(ended).toEqual([1]);
});

test("no items are no work", async () => {
  await forEachAtOnce([], 4, () => Promise.reject(new Error("never called")));
});
