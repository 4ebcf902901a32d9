import type { RefundState } from "@/lib/generated/prisma/client";

/**
 * Every state of a refund and what may happen to it there. From `sending` on M-Pesa may give the money
 * back, so only proof leads to `done` or `failed`. What ends before it was sent ends by events of its own
 * (`give_up`, `turn_down`). Nothing is ordered twice by itself: `defer` is for a call that provably never
 * left, and `order_again` for a person, where nobody can say what became of the first order.
 */
export const REFUND = {
  /** Money is held; nothing was asked of M-Pesa, unless a person is ordering it again. */
  requested: { send: "sending", give_up: "failed", hold: "needs_review" },
  /** Another person decides. */
  awaiting_approval: { approve: "requested", turn_down: "failed" },
  /** The intent is committed; M-Pesa may have been asked, and may give the money back. */
  sending: {
    defer: "requested",
    accept: "submitted",
    complete: "done",
    fail: "failed",
    hold: "needs_review",
    park: "needs_review",
  },
  /** M-Pesa has taken the order and not said how it ended. */
  submitted: { complete: "done", fail: "failed", hold: "needs_review", park: "needs_review" },
  /** Nobody knows, and the money stays held: a proof or a person decides. */
  needs_review: {
    complete: "done",
    fail: "failed",
    park: "needs_review",
    order_again: "requested",
  },
  /** The money is back where it was before the refund. */
  failed: { contradict: "needs_review" },
  done: {},
} as const satisfies Record<RefundState, Partial<Record<string, RefundState>>>;

export type RefundEvent =
  | "approve"
  | "turn_down"
  | "send"
  | "give_up"
  | "defer"
  | "accept"
  | "complete"
  | "fail"
  | "hold"
  | "park"
  | "order_again"
  | "contradict";

export const REFUND_STATES = Object.keys(REFUND) as readonly RefundState[];

/** Where `event` leads from `state`, or null where it may not happen. */
export function nextRefundState(state: RefundState, event: RefundEvent): RefundState | null {
  const row: Partial<Record<RefundEvent, RefundState>> = REFUND[state];
  return row[event] ?? null;
}

/** The states in which `event` may happen: the guard of every conditional update. */
export function refundStatesBefore(event: RefundEvent): RefundState[] {
  return REFUND_STATES.filter((state) => nextRefundState(state, event) !== null);
}
