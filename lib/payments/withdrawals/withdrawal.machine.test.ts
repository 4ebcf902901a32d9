import { describe, expect, test } from "vitest";
import type { WithdrawalState } from "@/lib/generated/prisma/client";
import {
  nextWithdrawalState,
  WITHDRAWAL,
  WITHDRAWAL_STATES,
  withdrawalStatesBefore,
  type WithdrawalEvent,
} from "./withdrawal.machine";

type Row = Readonly<Record<WithdrawalEvent, WithdrawalState | null>>;

// Written out in full and by hand: whoever changes the machine says here what they mean.
const no = null;
const EXPECTED: Readonly<Record<WithdrawalState, Row>> = {
  requested: {
    approve: no,
    turn_down: no,
    send: "sending",
    give_up: "failed",
    defer: no,
    accept: no,
    pay: no,
    fail: no,
    hold: no,
    park: no,
    contradict: no,
  },
  awaiting_approval: {
    approve: "requested",
    turn_down: "failed",
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    pay: no,
    fail: no,
    hold: no,
    park: no,
    contradict: no,
  },
  sending: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: "requested",
    accept: "submitted",
    pay: "paid",
    fail: "failed",
    hold: "needs_review",
    park: "needs_review",
    contradict: no,
  },
  submitted: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    pay: "paid",
    fail: "failed",
    hold: "needs_review",
    park: "needs_review",
    contradict: no,
  },
  needs_review: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    pay: "paid",
    fail: "failed",
    hold: no,
    park: "needs_review",
    contradict: no,
  },
  failed: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    pay: no,
    fail: no,
    hold: no,
    park: no,
    contradict: "needs_review",
  },
  paid: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    pay: no,
    fail: no,
    hold: no,
    park: no,
    contradict: no,
  },
};

const EVENTS = Object.keys(EXPECTED.paid) as WithdrawalEvent[];
const CELLS = WITHDRAWAL_STATES.flatMap((state) =>
  EVENTS.map((event) => [state, event, EXPECTED[state][event]] as const),
);

test("the table names every state, and knows no event beside these", () => {
  expect([...WITHDRAWAL_STATES].sort()).toEqual(Object.keys(EXPECTED).sort());
  const known = new Set<string>(EVENTS);
  const used = Object.values(WITHDRAWAL).flatMap((row) => Object.keys(row));
  expect(used.filter((event) => !known.has(event))).toEqual([]);
});

test.each(CELLS)("%s, %s: %s", (state, event, expected) => {
  expect(nextWithdrawalState(state, event)).toBe(expected);
  expect(withdrawalStatesBefore(event).includes(state)).toBe(expected !== null);
});

describe("money is safe by the shape of the table", () => {
  test("nothing leaves 'paid'", () => {
    expect(EVENTS.filter((event) => nextWithdrawalState("paid", event))).toEqual([]);
  });

  test("given back, a withdrawal is never paid and never sent: only a person can be told", () => {
    const onward = EVENTS.map((event) => nextWithdrawalState("failed", event)).filter(Boolean);
    expect(onward).toEqual(["needs_review"]);
  });

  test("it is sent from the line alone, and back into the line it comes by 'defer' or an approval alone", () => {
    expect(withdrawalStatesBefore("send")).toEqual(["requested"]);
    const back = CELLS.filter(([, , next]) => next === "requested");
    expect(back.map(([state, event]) => `${state} ${event}`)).toEqual([
      "awaiting_approval approve",
      "sending defer",
    ]);
  });

  test("it is paid only after the provider may have been asked", () => {
    expect(withdrawalStatesBefore("pay")).toEqual(["sending", "submitted", "needs_review"]);
  });

  test("each event leads to one state, wherever it happens", () => {
    for (const event of EVENTS) {
      const ends = new Set(
        WITHDRAWAL_STATES.map((state) => nextWithdrawalState(state, event)).filter(Boolean),
      );
      expect(ends.size, event).toBe(1);
    }
  });
});
