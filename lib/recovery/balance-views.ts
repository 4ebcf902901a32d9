/** Why an open payment may explain a balance that nobody booked. */
export const DRIFT_REASONS = [
  "bought_not_redeemed",
  "redemption_unknown",
  "voucher_unconfirmed",
] as const;

export interface DriftCandidate {
  readonly id: string;
  readonly why: (typeof DRIFT_REASONS)[number];
  /** Null where nobody knows it. */
  readonly amount: string | null;
  readonly at: Date;
}

/** The books and the voucher provider's balance side by side, on one day. */
export interface BalanceRow {
  readonly day: Date;
  readonly booked: string;
  readonly provider: string;
  readonly inFlight: string;
  readonly drift: string;
  readonly comparedAt: Date;
}

export interface BalanceHistory {
  /** The newest first. */
  readonly rows: readonly BalanceRow[];
  /** What the balance moved by that nobody has explained; null while there is none. */
  readonly alert: { readonly drift: string; readonly since: Date } | null;
  /** What could explain it; empty without an alert. */
  readonly candidates: readonly DriftCandidate[];
}
