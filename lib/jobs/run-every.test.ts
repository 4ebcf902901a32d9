import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runEvery } from "./run-every";

const INTERVAL_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a sweep", () => {
  test("runs at once and then one interval after it last ended", async () => {
    let runs = 0;
    const sweep = runEvery("test", INTERVAL_MS, () => {
      runs += 1;
      return Promise.resolve({ more: false });
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(INTERVAL_MS - 1);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
    await sweep.stop();
  });

  test("that found a full load goes on without a pause", async () => {
    let runs = 0;
    const sweep = runEvery("test", INTERVAL_MS, () => {
      runs += 1;
      return Promise.resolve({ more: runs < 5 });
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(runs).toBe(5);
    await sweep.stop();
  });

  test("that fails runs again", async () => {
    let runs = 0;
    const sweep = runEvery("test", INTERVAL_MS, () => {
      runs += 1;
      return Promise.reject(new Error("the database is away"));
    });
    await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS);
    expect(runs).toBe(4);
    await sweep.stop();
  });

  test("never runs beside itself, however long a turn takes", async () => {
    let running = 0;
    let most = 0;
    const sweep = runEvery("test", INTERVAL_MS, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5 * INTERVAL_MS));
      running -= 1;
      return { more: true };
    });
    await vi.advanceTimersByTimeAsync(30 * INTERVAL_MS);
    expect(most).toBe(1);
    const stopped = sweep.stop();
    await vi.advanceTimersByTimeAsync(5 * INTERVAL_MS);
    await stopped;
  });
});

describe("stopping", () => {
  test("does not wait for the interval to pass, and nothing runs after it", async () => {
    let runs = 0;
    const sweep = runEvery("test", INTERVAL_MS, () => {
      runs += 1;
      return Promise.resolve({ more: false });
    });
    await vi.advanceTimersByTimeAsync(0);
    await sweep.stop();
    await vi.advanceTimersByTimeAsync(10 * INTERVAL_MS);
    expect(runs).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("waits for the turn under way, even when more is waiting", async () => {
    let runs = 0;
    let finish: () => void = () => undefined;
    const sweep = runEvery("test", INTERVAL_MS, async () => {
      runs += 1;
      await new Promise<void>((resolve) => (finish = resolve));
      return { more: true };
    });
    await vi.advanceTimersByTimeAsync(0);
    let isStopped = false;
    const stopped = sweep.stop().then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(isStopped).toBe(false);
    finish();
    await stopped;
    expect(runs).toBe(1);
  });
});
