/**
 * Why a line of the provider's books waits for a person. Each has a sentence and one suggested action in
 * both languages.
 */
export const TRANSACTION_CAUSES = [
  // Money that came in and stands in suspense.
  /** No account number, as a till has none. */
  "no_reference",
  /** The account number is nobody's. */
  "unknown_reference",
  /** The deposit of that account number was paid before, by another payment. */
  "paid_twice",
  /** The deposit of that account number went back to the customer. */
  "deposit_reversed",
  // Money that is booked, or went out, and does not fit.
  /** The payment that has this receipt is of another amount in our books. */
  "amount_differs",
  /** Money went out that no payment of ours ordered. */
  "payout_unknown",
  /** M-Pesa took a payment back that we did not ask it to. */
  "reversal_unknown",
  /** A line of a kind nobody knows. */
  "kind_unknown",
] as const;
export type TransactionCause = (typeof TRANSACTION_CAUSES)[number];
