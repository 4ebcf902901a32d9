import { describe, expect, test } from "vitest";
import type { RefundState } from "@/lib/generated/prisma/client";
import {
  nextRefundState,
  REFUND,
  REFUND_STATES,
  refundStatesBefore,
  type RefundEvent,
} from "./refund.machine";

type Row = Readonly<Record<RefundEvent, RefundState | null>>;

// Written out in full and by hand: whoever changes the machine says here what they mean.
const no = null;
const EXPECTED: Readonly<Record<RefundState, Row>> = {
  requested: {
    approve: no,
    turn_down: no,
    send: "sending",
    give_up: "failed",
    defer: no,
    accept: no,
    complete: no,
    fail: no,
    hold: "needs_review",
    park: no,
    order_again: no,
    contradict: no,
  },
  awaiting_approval: {
    approve: "requested",
    turn_down: "failed",
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    complete: no,
    fail: no,
    hold: no,
    park: no,
    order_again: no,
    contradict: no,
  },
  sending: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: "requested",
    accept: "submitted",
    complete: "done",
    fail: "failed",
    hold: "needs_review",
    park: "needs_review",
    order_again: no,
    contradict: no,
  },
  submitted: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    complete: "done",
    fail: "failed",
    hold: "needs_review",
    park: "needs_review",
    order_again: no,
    contradict: no,
  },
  needs_review: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    complete: "done",
    fail: "failed",
    hold: no,
    park: "needs_review",
    order_again: "requested",
    contradict: no,
  },
  failed: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    complete: no,
    fail: no,
    hold: no,
    park: no,
    order_again: no,
    contradict: "needs_review",
  },
  done: {
    approve: no,
    turn_down: no,
    send: no,
    give_up: no,
    defer: no,
    accept: no,
    complete: no,
    fail: no,
    hold: no,
    park: no,
    order_again: no,
    contradict: no,
  },
};

const EVENTS = Object.keys(EXPECTED.done) as RefundEvent[];
const CELLS = REFUND_STATES.flatMap((state) =>
  EVENTS.map((event) => [state, event, EXPECTED[state][event]] as const),
);

test("the table names every state, and knows no event beside these", () => {
  expect([...REFUND_STATES].sort()).toEqual(Object.keys(EXPECTED).sort());
  const known = new Set<string>(EVENTS);
  const used = Object.values(REFUND).flatMap((row) => Object.keys(row));
  expect(used.filter((event) => !known.has(event))).toEqual([]);
});

test.each(CELLS)("%s, %s: %s", (state, event, expected) => {
  expect(nextRefundState(state, event)).toBe(expected);
  expect(refundStatesBefore(event).includes(state)).toBe(expected !== null);
});

describe("money is safe by the shape of the table", () => {
  test("nothing leaves 'done'", () => {
    expect(EVENTS.filter((event) => nextRefundState("done", event))).toEqual([]);
  });

  test("put back, a refund is never done and never sent: only a person can be told", () => {
    const onward = EVENTS.map((event) => nextRefundState("failed", event)).filter(Boolean);
    expect(onward).toEqual(["needs_review"]);
  });

  test("it is sent from the line alone, and back into the line it comes by no event of a machine but 'defer'", () => {
    expect(refundStatesBefore("send")).toEqual(["requested"]);
    const back = CELLS.filter(([, , next]) => next === "requested");
    expect(back.map(([state, event]) => `${state} ${event}`)).toEqual([
      "awaiting_approval approve",
      "sending defer",
      "needs_review order_again",
    ]);
  });

  test("it is done only after M-Pesa may have been asked", () => {
    expect(refundStatesBefore("complete")).toEqual(["sending", "submitted", "needs_review"]);
  });

  test("each event leads to one state, wherever it happens", () => {
    for (const event of EVENTS) {
      const ends = new Set(
        REFUND_STATES.map((state) => nextRefundState(state, event)).filter(Boolean),
      );
      expect(ends.size, event).toBe(1);
    }
  });
});
