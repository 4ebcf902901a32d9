/** What a case of the queue is about: each has a sentence that says what happened, what is known and what to do. */
export const SITUATIONS = [
  // A deposit.
  "push_unconfirmed",
  "unconfirmed",
  "unclear_result",
  "unknown_code",
  "contradiction",
  "amount_mismatch",
  "receipt_reused",
  "redeem_unconfirmed",
  "bought_not_redeemed",
  "deposit_other",
  "deposit_late",
  "receipt_unanswered",
  // A withdrawal.
  "payout_unconfirmed",
  "payout_voucher_unconfirmed",
  "payout_unknown_code",
  "payout_contradiction",
  "payout_amount_mismatch",
  "payout_receipt_reused",
  "payout_other",
  "payout_late",
  // A refund.
  "refund_review",
  "refund_mismatch",
  "refund_contradiction",
  "refund_late",
  // A line of the provider's books.
  "no_reference",
  "unknown_reference",
  "paid_twice",
  "deposit_reversed",
  "amount_differs",
  "payout_unknown",
  "reversal_unknown",
  "transaction_other",
  "transaction_stuck",
  "drift",
  // What machines left behind.
  "message_stuck",
  "message_not_believed",
  "job_failed",
  "statement_stuck",
  "statement_waits",
  "history_gap",
  "history_late",
  "address_dead",
  // Only a decision waits.
  "decision_waits",
] as const;
export type Situation = (typeof SITUATIONS)[number];

export const CASE_KINDS = [
  ...(["deposit", "withdrawal", "refund", "transaction", "drift"] as const),
  ...(["message", "job", "statement", "history"] as const),
] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** Names what a row of the queue is about, by its kind, state and reason. */
export function situationOf(row: {
  kind: CaseKind;
  state: string;
  reason: string | null;
  method: string | null;
}): Situation {
  const { kind, state, reason } = row;
  if (state === "decision_waits") return "decision_waits";
  switch (kind) {
    case "deposit":
      if (state === "receipt_unanswered") return state;
      return state === "needs_review" ? known(reason, "deposit_other") : "deposit_late";
    case "withdrawal":
      if (state !== "needs_review") return "payout_late";
      if (reason === "unconfirmed" && row.method === "pesavoucher")
        return "payout_voucher_unconfirmed";
      return known(`payout_${reason}`, "payout_other");
    case "refund":
      return state === "needs_review" ? reviewOfRefund(reason) : "refund_late";
    case "transaction":
      if (state === "fresh") return "transaction_stuck";
      return known(reason, "transaction_other");
    case "drift":
      return "drift";
    case "message":
      return known(reason, "message_stuck");
    case "job":
      return "job_failed";
    case "statement":
      return known(reason, "statement_stuck");
    case "history":
      return known(reason, "history_gap");
  }
}

/** M-Pesa said that it went back, and not as it was ordered, or after the money was put back. */
function reviewOfRefund(reason: string | null): Situation {
  if (reason === "contradiction") return "refund_contradiction";
  const isMismatch = /^(amount_mismatch|receipt_(mismatch|reused))$/.test(reason ?? "");
  return isMismatch ? "refund_mismatch" : "refund_review";
}

function known(name: string | null, otherwise: Situation): Situation {
  return SITUATIONS.find((situation) => situation === name) ?? otherwise;
}
