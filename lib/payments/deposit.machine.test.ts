import { describe, expect, test } from "vitest";
import type { DepositState } from "@/lib/generated/prisma/client";
import {
  DEPOSIT,
  DEPOSIT_STATES,
  depositStatesBefore,
  nextDepositState,
  type DepositEvent,
} from "./deposit.machine";

type Row = Readonly<Record<DepositEvent, DepositState | null>>;

// Written out in full and by hand: whoever changes the machine says here what they mean.
const no = null;
const EXPECTED: Readonly<Record<DepositState, Row>> = {
  pending: {
    submit: "submitted",
    claim: "redeeming",
    claim_reviewed: no,
    settle: "paid",
    release: no,
    release_failed: no,
    fail: "failed",
    reopen: no,
    hold: "needs_review",
    reject: no,
    reverse: no,
  },
  submitted: {
    submit: no,
    claim: "redeeming",
    claim_reviewed: no,
    settle: "paid",
    release: no,
    release_failed: no,
    fail: "failed",
    reopen: no,
    hold: "needs_review",
    reject: no,
    reverse: no,
  },
  redeeming: {
    submit: no,
    claim: no,
    claim_reviewed: no,
    settle: "paid",
    release: "submitted",
    release_failed: "failed",
    fail: no,
    reopen: no,
    hold: "needs_review",
    reject: no,
    reverse: no,
  },
  failed: {
    submit: no,
    claim: "redeeming",
    claim_reviewed: no,
    settle: "paid",
    release: no,
    release_failed: no,
    fail: no,
    reopen: "submitted",
    hold: "needs_review",
    reject: no,
    reverse: no,
  },
  needs_review: {
    submit: no,
    claim: no,
    claim_reviewed: "redeeming",
    settle: "paid",
    release: no,
    release_failed: no,
    fail: no,
    reopen: no,
    hold: no,
    reject: "failed",
    reverse: no,
  },
  paid: {
    submit: no,
    claim: no,
    claim_reviewed: no,
    settle: no,
    release: no,
    release_failed: no,
    fail: no,
    reopen: no,
    hold: no,
    reject: no,
    reverse: "reversed",
  },
  reversed: {
    submit: no,
    claim: no,
    claim_reviewed: no,
    settle: no,
    release: no,
    release_failed: no,
    fail: no,
    reopen: no,
    hold: no,
    reject: no,
    reverse: no,
  },
};

const STATES = Object.keys(EXPECTED) as DepositState[];
const EVENTS = Object.keys(EXPECTED.pending) as DepositEvent[];
const PAIRS = STATES.flatMap((state) => EVENTS.map((event) => [state, event] as const));

describe("a deposit", () => {
  test.each(PAIRS)("in %s, %s leads where the table says and nowhere else", (state, event) => {
    expect(nextDepositState(state, event)).toBe(EXPECTED[state][event]);
  });

  test("has no state and no event that the table does not name", () => {
    expect([...DEPOSIT_STATES].sort()).toEqual([...STATES].sort());
    const events = new Set(Object.values(DEPOSIT).flatMap((row) => Object.keys(row)));
    expect([...events].sort()).toEqual([...EVENTS].sort());
  });

  test.each(EVENTS)("%s leads to one state, wherever it happens", (event) => {
    const targets = new Set(STATES.flatMap((state) => nextDepositState(state, event) ?? []));
    expect(targets.size).toBe(1);
  });

  test.each(EVENTS)("the guard of %s names exactly the states that allow it", (event) => {
    const allowed = STATES.filter((state) => EXPECTED[state][event] !== null);
    expect([...depositStatesBefore(event)].sort()).toEqual([...allowed].sort());
  });

  test("that is paid stays paid, whatever is said later, until all of it is given back", () => {
    const leaving = EVENTS.filter((event) => nextDepositState("paid", event) !== null);
    expect(leaving).toEqual(["reverse"]);
  });

  test("becomes paid by settling and by nothing else", () => {
    const roads = PAIRS.filter(([state, event]) => nextDepositState(state, event) === "paid");
    expect(new Set(roads.map(([, event]) => event))).toEqual(new Set(["settle"]));
  });

  test("can be settled from every state but where it was, so proven money is never turned away", () => {
    for (const state of STATES) {
      const wasPaid = state === "paid" || state === "reversed";
      expect(nextDepositState(state, "settle")).toBe(wasPaid ? null : "paid");
    }
  });

  test("whose code is being burnt or waits for a person is not failed by a mere report", () => {
    expect(nextDepositState("redeeming", "fail")).toBeNull();
    expect(nextDepositState("needs_review", "fail")).toBeNull();
  });

  test("reaches an end from everywhere: only what went back is a dead end", () => {
    for (const state of STATES) {
      const exits = EVENTS.filter((event) => nextDepositState(state, event) !== null);
      expect(exits.length > 0).toBe(state !== "reversed");
    }
  });
});
