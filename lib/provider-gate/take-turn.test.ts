import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { closeDb, db } from "@/lib/db";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { askFromProcesses } from "@/test/simulation/ask-from-processes";
import { FAULTS_MAX, reportTurn, SHUT_MS, type TurnResult } from "./report-turn";
import { takeTurn, type Turn } from "./take-turn";

const TRIAL_MS = 30 * SECOND_MS;

let gates = 0;
let name = "";

beforeEach(() => {
  gates += 1;
  name = `test:op${gates}:app`;
});
afterAll(() => closeDb());

const start = new Date("2026-11-21T09:00:00Z");
const at = (ms: number) => addMs(start, ms);

function take(now: Date, options: { callsPerSecond?: number; waitMaxMs?: number } = {}) {
  const { callsPerSecond = 100, waitMaxMs = 60_000 } = options;
  return takeTurn({ name, callsPerSecond, waitMaxMs, now });
}

/** One call that ends so; what its turn was. */
async function call(now: Date, result: TurnResult): Promise<Turn["kind"]> {
  const turn = await take(now);
  if (turn.kind === "go") await reportTurn({ name, result, faultsBefore: turn.faults, now });
  return turn.kind;
}

async function fail(times: number, now = start): Promise<void> {
  for (let fault = 0; fault < times; fault += 1) expect(await call(now, "fault")).toBe("go");
}

describe("the pace", () => {
  test("calls that come together are spaced, in the order in which they came", async () => {
    const waits: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const turn = await take(start, { callsPerSecond: 10 });
      if (turn.kind === "go") waits.push(turn.waitMs);
    }
    expect(waits).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });

  test("fifty calls at the same moment get fifty different moments", async () => {
    const turns = await Promise.all(
      Array.from({ length: 50 }, () => take(start, { callsPerSecond: 20 })),
    );
    const waits = turns.map((turn) => (turn.kind === "go" ? turn.waitMs : -1));
    expect(waits.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i * 50));
  });

  test("what was not used is not saved up for a burst", async () => {
    await take(start, { callsPerSecond: 10 });
    const waits = [];
    for (let index = 0; index < 3; index += 1) {
      const turn = await take(at(MINUTE_MS), { callsPerSecond: 10 });
      waits.push(turn.kind === "go" ? turn.waitMs : -1);
    }
    expect(waits).toEqual([0, 100, 200]);
  });

  test("whoever would wait too long is turned away, is told when to come, and takes nobody's moment", async () => {
    const options = { callsPerSecond: 1, waitMaxMs: 2_500 };
    const kinds = [];
    for (let index = 0; index < 5; index += 1) kinds.push(await take(start, options));
    expect(kinds.map(({ kind }) => kind)).toEqual(["go", "go", "go", "too_busy", "too_busy"]);
    expect(kinds[4]).toEqual({ kind: "too_busy", retryAt: at(3_000) });
    expect(await take(start, { ...options, waitMaxMs: 3_000 })).toMatchObject({ waitMs: 3_000 });
  });

  test("two processes keep one pace together", async () => {
    const spacingMs = 20;
    const given = await askFromProcesses(2, ["turns", name, `${SECOND_MS / spacingMs}`, "40"]);
    const starts = z
      .array(z.array(z.number()))
      .parse(given)
      .flat()
      .sort((a, b) => a - b);
    expect(starts).toHaveLength(80);
    for (const [index, startsAt] of starts.entries()) {
      const gapMs = startsAt - (starts[index - 1] ?? -Infinity);
      // Postgres keeps whole milliseconds.
      expect(gapMs).toBeGreaterThanOrEqual(spacingMs - 1);
    }
  }, 60_000);

  test.each<[result: TurnResult, pauseMs: number]>([
    ["throttled", 2 * SECOND_MS],
    ["quota_used", 5 * MINUTE_MS],
  ])("told that we were %s, everybody's next turn is %i ms away", async (result, pauseMs) => {
    await call(start, result);
    expect(await take(start, { waitMaxMs: pauseMs - 1 })).toEqual({
      kind: "too_busy",
      retryAt: at(pauseMs),
    });
    expect(await take(start, { waitMaxMs: pauseMs })).toMatchObject({ waitMs: pauseMs });
    expect(await take(at(pauseMs + SECOND_MS))).toMatchObject({ kind: "go", waitMs: 0 });
  });

  test("a short pause never shortens a long one", async () => {
    await call(start, "quota_used");
    await reportTurn({ name, result: "throttled", faultsBefore: 0, now: at(SECOND_MS) });
    expect(await take(at(SECOND_MS), { waitMaxMs: 0 })).toMatchObject({
      retryAt: at(5 * MINUTE_MS),
    });
  });

  test.each([15 * MINUTE_MS, HOUR_MS, 30 * DAY_MS])(
    "a clock that was %i ms ahead once does not shut the gate for the others, who keep their pace",
    async (aheadMs) => {
      expect((await take(at(aheadMs), { callsPerSecond: 10 })).kind).toBe("go");
      const waits = [];
      for (let index = 0; index < 3; index += 1) {
        const turn = await take(start, { callsPerSecond: 10, waitMaxMs: 5_000 });
        waits.push(turn.kind === "go" ? turn.waitMs : -1);
      }
      expect(waits).toEqual([0, 100, 200]);
    },
  );
});

describe("the breaker", () => {
  test("five faults in a row shut it, and nobody calls for a minute", async () => {
    await fail(FAULTS_MAX - 1);
    expect((await take(start)).kind).toBe("go");
    await reportTurn({ name, result: "fault", faultsBefore: FAULTS_MAX - 1, now: start });
    for (const ms of [0, SECOND_MS, 30 * SECOND_MS, SHUT_MS - 1]) {
      expect(await take(at(ms))).toEqual({ kind: "shut", retryAt: at(SHUT_MS) });
    }
    expect(SHUT_MS).toBe(60 * SECOND_MS);
    expect(FAULTS_MAX).toBe(5);
  });

  test("faults reported at the same moment shut it once, for one minute", async () => {
    await take(start);
    const report = { name, result: "fault", faultsBefore: 0, now: start } as const;
    await Promise.all(Array.from({ length: 20 }, () => reportTurn(report)));
    expect(await take(start)).toEqual({ kind: "shut", retryAt: at(SHUT_MS) });
    expect((await take(at(SHUT_MS))).kind).toBe("go");
  });

  test.each<TurnResult>(["answered", "throttled", "quota_used"])(
    'a hundred calls that end as "%s" leave it open',
    async (result) => {
      for (let index = 0; index < 100; index += 1) {
        await reportTurn({ name, result, faultsBefore: 0, now: start });
      }
      await call(start, result);
      expect(await db().providerGate.findUnique({ where: { name } })).toMatchObject({
        faults: 0,
        openUntil: null,
      });
    },
  );

  test("an answer in between starts the count anew", async () => {
    await fail(FAULTS_MAX - 1);
    expect(await call(start, "answered")).toBe("go");
    await fail(FAULTS_MAX - 1);
    expect((await take(start)).kind).toBe("go");
  });

  test("after the minute exactly one of many callers tries", async () => {
    await fail(FAULTS_MAX);
    const turns = await Promise.all(Array.from({ length: 30 }, () => take(at(SHUT_MS))));
    expect(turns.filter(({ kind }) => kind === "go")).toHaveLength(1);
    const others = turns.filter(({ kind }) => kind === "shut");
    expect(others).toEqual(Array(29).fill({ kind: "shut", retryAt: at(SHUT_MS + TRIAL_MS) }));
  });

  test("a trial that is answered opens it for everybody", async () => {
    await fail(FAULTS_MAX);
    expect(await call(at(SHUT_MS), "answered")).toBe("go");
    const turns = await Promise.all(Array.from({ length: 10 }, () => take(at(SHUT_MS))));
    expect(turns.map(({ kind }) => kind)).toEqual(Array(10).fill("go"));
    await fail(FAULTS_MAX - 1, at(SHUT_MS));
    expect((await take(at(SHUT_MS))).kind, "and the count starts anew").toBe("go");
  });

  test("a trial that fails shuts it for another minute, again and again", async () => {
    await fail(FAULTS_MAX);
    let now = start;
    for (let round = 0; round < 4; round += 1) {
      now = addMs(now, SHUT_MS);
      expect(await call(now, "fault")).toBe("go");
      expect(await take(now)).toEqual({ kind: "shut", retryAt: addMs(now, SHUT_MS) });
    }
    expect(await call(addMs(now, SHUT_MS), "answered")).toBe("go");
    expect((await take(addMs(now, SHUT_MS))).kind).toBe("go");
  });

  test("a trial whose process died is tried by another after half a minute", async () => {
    await fail(FAULTS_MAX);
    expect((await take(at(SHUT_MS))).kind).toBe("go");
    expect((await take(at(SHUT_MS + TRIAL_MS - 1))).kind).toBe("shut");
    expect((await take(at(SHUT_MS + TRIAL_MS))).kind).toBe("go");
    expect((await take(at(SHUT_MS + TRIAL_MS))).kind).toBe("shut");
  });

  test("one operation's breaker says nothing about another's", async () => {
    await fail(FAULTS_MAX);
    const shut = name;
    name = `${shut}:other`;
    expect((await take(start)).kind).toBe("go");
    name = shut;
    expect((await take(start)).kind).toBe("shut");
  });
});
