import type { RefundReason } from "./refund-reasons";

// What pages show of refunds, where the verbs that read it have no schemas of their own.
export { REFUND_REASONS } from "./refund-reasons";
export { WHY_MAX } from "./refund-form";

/** Where a refund stands, as staff read it. */
export const REFUND_STANDINGS = [
  "approval",
  "queued",
  "sending",
  "done",
  "failed",
  "review",
] as const;
export type RefundStanding = (typeof REFUND_STANDINGS)[number];

/** A refund as staff see it. */
export interface RefundForPeople {
  readonly id: string;
  readonly method: "reversal" | "payout_voucher";
  readonly standing: RefundStanding;
  /** Why it failed or waits for a person; `other` where the voucher's own page says it. */
  readonly reason: RefundReason | "other" | null;
  readonly amount: string;
  readonly why: string;
  /** The deposit, or the line of the provider's books, that goes back. */
  readonly depositId: string | null;
  readonly transactionId: string | null;
  /** The voucher's own payment; null for reversals. */
  readonly withdrawalId: string | null;
  /** Null for money that was nobody's. */
  readonly customer: string | null;
  readonly askedBy: string;
  /** This very person asked for it, and so may not decide. */
  readonly isMine: boolean;
  readonly decision: { readonly by: string; readonly note: string | null } | null;
  /** Masked; null for reversals, which go back to the phone that paid. */
  readonly to: string | null;
  /** What is taken back, and what that is booked under; null where there is none. */
  readonly receipt: string | null;
  readonly providerReceipt: string | null;
  /** Nobody could tell what became of it: a person may order it once more. */
  readonly mayOrderAgain: boolean;
  /** Nothing was asked of a provider yet: whoever asked may take it back. */
  readonly mayCancel: boolean;
  readonly createdAt: Date;
  readonly endsAt: Date;
  readonly settledAt: Date | null;
}

/** What of a deposit may be given back now, and how. */
export interface RefundOffer {
  readonly depositId: string;
  readonly method: "reversal" | "payout_voucher";
  /** What is left to give back, `500.00`. */
  readonly left: string;
  /** Code of the sentence that says why nothing can go back now; null when it can. */
  readonly why: string | null;
  /** Another person has to agree. */
  readonly needsApproval: boolean;
}
