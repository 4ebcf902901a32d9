import type { WithdrawalState } from "@/lib/generated/prisma/client";

/**
 * Every state of a withdrawal and what may happen to it there. From `sending` on the provider may pay, so
 * only proof leads to `paid` or `failed`, and there is no way back to being sent but one: `defer`, for a
 * call that provably never left. What ends before it was sent ends by events of its own (`give_up`,
 * `turn_down`), so that a verb that saw it waiting cannot end it once somebody else is sending it. Money that was given back is not taken again by a late success: that is
 * for a person.
 */
export const WITHDRAWAL = {
  /** Money is held; nothing was asked of the provider. */
  requested: { send: "sending", give_up: "failed" },
  /** Another person decides. */
  awaiting_approval: { approve: "requested", turn_down: "failed" },
  /** The intent is committed; the provider may have been asked, and may pay. */
  sending: {
    defer: "requested",
    accept: "submitted",
    pay: "paid",
    fail: "failed",
    hold: "needs_review",
    park: "needs_review",
  },
  /** The provider has taken the order and not said how it ended. */
  submitted: { pay: "paid", fail: "failed", hold: "needs_review", park: "needs_review" },
  /** Nobody knows, and the money stays held: a proof or a person decides. */
  needs_review: { pay: "paid", fail: "failed", park: "needs_review" },
  /** The money is back with the customer. */
  failed: { contradict: "needs_review" },
  paid: {},
} as const satisfies Record<WithdrawalState, Partial<Record<string, WithdrawalState>>>;

export type WithdrawalEvent =
  | "approve"
  | "turn_down"
  | "send"
  | "give_up"
  | "defer"
  | "accept"
  | "pay"
  | "fail"
  | "hold"
  | "park"
  | "contradict";

export const WITHDRAWAL_STATES = Object.keys(WITHDRAWAL) as readonly WithdrawalState[];

/** Where `event` leads from `state`, or null where it may not happen. */
export function nextWithdrawalState(
  state: WithdrawalState,
  event: WithdrawalEvent,
): WithdrawalState | null {
  const row: Partial<Record<WithdrawalEvent, WithdrawalState>> = WITHDRAWAL[state];
  return row[event] ?? null;
}

/** The states in which `event` may happen: the guard of every conditional update. */
export function withdrawalStatesBefore(event: WithdrawalEvent): WithdrawalState[] {
  return WITHDRAWAL_STATES.filter((state) => nextWithdrawalState(state, event) !== null);
}
