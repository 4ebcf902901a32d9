import { WITHDRAWAL_REVIEW_REASONS } from "@/lib/payments/schemas";

/** What staff are told about a payment in review; anything else has one general sentence. */
const REVIEW_REASONS = [
  "redeem_unconfirmed",
  "bought_not_redeemed",
  "push_unconfirmed",
  "unknown_code",
  "contradiction",
  "amount_mismatch",
  "receipt_reused",
  "unconfirmed",
  "unclear_result",
] as const;

/** What became of a message; the last three are in case files only. */
const OUTCOMES = [
  "quarantined",
  "unmatched",
  "malformed",
  "refused",
  "stuck",
  "applied",
  "duplicate",
  "open",
] as const;

/** The key under `dashboard.reviewReasons`. */
export function reviewReasonKey(reason: string): (typeof REVIEW_REASONS)[number] | "other" {
  return REVIEW_REASONS.find((known) => known === reason) ?? "other";
}

/** The key under `dashboard.payoutReasons`. */
export function payoutReasonKey(
  reason: string,
): (typeof WITHDRAWAL_REVIEW_REASONS)[number] | "other" {
  return WITHDRAWAL_REVIEW_REASONS.find((known) => known === reason) ?? "other";
}

/** The key under `dashboard.outcomes`. */
export function outcomeKey(outcome: string): (typeof OUTCOMES)[number] | "other" {
  return OUTCOMES.find((known) => known === outcome) ?? "other";
}
