/** Everything a person may decide about what no machine could settle. Each has a button and a sentence. */
export const REVIEW_ACTIONS = [
  // A deposit.
  "credit_proven",
  "credit_by_person",
  "mark_not_paid",
  // A withdrawal.
  "withdrawal_paid",
  "withdrawal_give_back",
  "contradiction_take",
  "contradiction_loss",
  // A refund.
  "refund_done",
  "refund_failed",
  "refund_contradiction_take",
  "refund_contradiction_loss",
  "refund_contradiction_same",
  // A line of the provider's books.
  "assign_customer",
  "attach_payment",
  "give_back_money",
  "reversal_take",
  "reversal_loss",
  "book_own",
  "book_cost",
  "book_difference",
  "leave",
] as const;
export type ReviewActionName = (typeof REVIEW_ACTIONS)[number];

/** How a person can be certain that a payout did not go out. */
export const CERTAINTIES = ["statement", "provider_said", "voucher_void"] as const;
