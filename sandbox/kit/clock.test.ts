import { afterEach, describe, expect, it } from "vitest";

import { eventually } from "@/sandbox/testing/eventually";
import { SandboxClock } from "./clock";

const clock = new SandboxClock();
afterEach(() => clock.reset());

describe("the sandbox clock", () => {
  it("runs what falls due on the way, in order and each at its own moment", () => {
    clock.freeze();
    const startMs = clock.nowMs();
    const seen: [string, number][] = [];
    clock.schedule(30_000, () => seen.push(["late", clock.nowMs() - startMs]));
    clock.schedule(5_000, () => {
      seen.push(["early", clock.nowMs() - startMs]);
      clock.schedule(10_000, () => seen.push(["follow-up", clock.nowMs() - startMs]));
    });
    clock.advance(40_000);
    expect(seen).toEqual([
      ["early", 5_000],
      ["follow-up", 15_000],
      ["late", 30_000],
    ]);
    expect(clock.nowMs() - startMs).toBe(40_000);
  });

  it("holds back what is not due while frozen, and runs what is due at once", async () => {
    clock.freeze();
    let later = false;
    let now = false;
    clock.schedule(1, () => (later = true));
    clock.schedule(0, () => (now = true));
    await eventually(() => expect(now).toBe(true));
    expect(later).toBe(false);
    clock.resume();
    await eventually(() => expect(later).toBe(true));
  });

  it("forgets cancelled actions and refuses to run backwards", () => {
    let ran = false;
    clock.schedule(10, () => (ran = true))();
    clock.advance(1_000);
    expect(ran).toBe(false);
    expect(() => clock.advance(-1)).toThrow(/forward/);
  });
});
