import type { DepositState } from "@/lib/generated/prisma/client";

/**
 * Every state of a deposit and what may happen to it there. Failure is final for the screen, not for
 * the books: money proven later settles a deposit from any state but `paid`, and success is never
 * overwritten: it ends only by being given back.
 */
export const DEPOSIT = {
  /** The row exists; the provider has not said that it knows of it. */
  pending: {
    submit: "submitted",
    fail: "failed",
    claim: "redeeming",
    hold: "needs_review",
    settle: "paid",
  },
  /** The customer is with the provider, or has its prompt on the phone. */
  submitted: { claim: "redeeming", fail: "failed", hold: "needs_review", settle: "paid" },
  /** A voucher code is bound to this deposit and is being burnt. */
  redeeming: {
    settle: "paid",
    release: "submitted",
    release_failed: "failed",
    hold: "needs_review",
  },
  failed: { claim: "redeeming", reopen: "submitted", hold: "needs_review", settle: "paid" },
  /** A person or a late proof decides; nothing gives up on its own. */
  needs_review: { settle: "paid", reject: "failed", claim_reviewed: "redeeming" },
  /** What was paid may go back, all of it, by a refund. */
  paid: { reverse: "reversed" },
  reversed: {},
} as const satisfies Record<DepositState, Partial<Record<string, DepositState>>>;

export type DepositEvent =
  | "submit"
  | "claim"
  | "claim_reviewed"
  | "settle"
  | "release"
  | "release_failed"
  | "fail"
  | "reopen"
  | "hold"
  | "reject"
  | "reverse";

export const DEPOSIT_STATES = Object.keys(DEPOSIT) as readonly DepositState[];

/** Where `event` leads from `state`, or null where it may not happen. */
export function nextDepositState(state: DepositState, event: DepositEvent): DepositState | null {
  const row: Partial<Record<DepositEvent, DepositState>> = DEPOSIT[state];
  return row[event] ?? null;
}

/** The states in which `event` may happen: the guard of every conditional update. */
export function depositStatesBefore(event: DepositEvent): DepositState[] {
  return DEPOSIT_STATES.filter((state) => nextDepositState(state, event) !== null);
}
