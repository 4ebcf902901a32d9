/** How a question about a receipt ended. Each has a sentence in both languages. */
export const QUERY_OUTCOMES = [
  // It was paid to us.
  "credited",
  "attached",
  /** So large, or so near to whoever asked, that a second person looks at it. */
  "waiting",
  /** Of another amount than was asked for: a person decides. */
  "other_amount",
  /** Another decision waits about the deposit, so this proof waits too. */
  "for_decision",
  /** The deposit was paid by another payment, or went back: this money is in suspense. */
  "deposit_ended",
  "in_suspense",
  "same",
  "taken",
  // It proves no payment to us.
  "other_receiver",
  "not_completed",
  "not_found",
  "unclear",
  // The question was not answered.
  "refused",
  "unanswered",
] as const;
export type QueryOutcome = (typeof QUERY_OUTCOMES)[number];
