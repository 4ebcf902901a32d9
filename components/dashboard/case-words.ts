import type { CaseMovement } from "@/lib/recovery/schemas";

const ACTIONS = [
  "deposit.requested",
  "deposit.submitted",
  "deposit.prompted",
  "deposit.prompt_id_differs",
  "deposit.paid",
  "deposit.failed",
  "deposit.held_for_review",
  "deposit.checks_ended",
  "deposit.check_requested",
  "deposit.receipt_attached",
  "deposit.receipt_conflict",
  "deposit.provider_says_paid",
  "voucher.claimed",
  "voucher.refused",
  "withdrawal.requested",
  "withdrawal.sending",
  "withdrawal.submitted",
  "withdrawal.taken_before",
  "withdrawal.not_sent",
  "withdrawal.paid",
  "withdrawal.failed",
  "withdrawal.held_for_review",
  "withdrawal.paid_after_given_back",
  "withdrawal.approved",
  "withdrawal.rejected",
  "withdrawal.receipt_attached",
  "withdrawal.voucher_redeemed",
  "withdrawal.check_requested",
  "withdrawal_rules.changed",
  "limit.changed",
  "provider_account.changed",
  "provider_account.payouts_stopped",
  "provider_account.payouts_resumed",
  "provider_account.secret_rotated",
  "provider_account.confirmations_registered",
  "provider_account.history_registered",
  "provider_account.history_asked",
  "provider_account.history_gap",
  "message.replayed",
  "deposit.reversed",
  "refund.requested",
  "refund.approved",
  "refund.rejected",
  "refund.sending",
  "refund.not_sent",
  "refund.submitted",
  "refund.done",
  "refund.failed",
  "refund.held_for_review",
  "refund.ordered_again",
  "refund.done_after_put_back",
  "refund.booked_by_another",
  "refund.beyond_paid",
  "refund.receipt_attached",
  "refund.check_requested",
  "transaction.in_suspense",
  "transaction.unmatched",
  "review.proposed",
  "review.carried_out",
  "review.approved",
  "review.turned_down",
  "review.expired",
  "review.overtaken",
  "review.assigned",
  "review.receipt_asked",
] as const;

const OPERATIONS = [
  "token",
  "stk_push",
  "stk_query",
  "payment_status",
  "validate",
  "redeem",
  "b2c",
  "tx_status",
  "reversal",
  "create_voucher",
  "query_balance",
  "pull",
  "pull_register",
  "c2b_register",
] as const;

const ACTORS = ["customer", "staff", "provider", "system"] as const;

/** The key under `caseFile.actions`, or null for one that has no words and is shown as it is. */
export function actionKey(action: string): (typeof ACTIONS)[number] | null {
  return ACTIONS.find((known) => known === action) ?? null;
}

/** The key under `caseFile.operations`, or null for one that has no words. */
export function operationKey(operation: string): (typeof OPERATIONS)[number] | null {
  return OPERATIONS.find((known) => known === operation) ?? null;
}

/** The key under `caseFile.actors`. */
export function actorKey(kind: string): (typeof ACTORS)[number] {
  return ACTORS.find((known) => known === kind) ?? "system";
}

const PLAIN_KINDS = [
  "deposit",
  "withdrawal_hold",
  "suspense",
  "suspense_end",
  "refund_hold",
] as const;

/** The key under `caseFile.movements`. */
export function movementKey({
  kind,
  isGivenBack,
}: Pick<CaseMovement, "kind" | "isGivenBack">):
  | "deposit"
  | "withdrawal_hold"
  | "paid_out"
  | "given_back"
  | "contradiction"
  | "suspense"
  | "suspense_end"
  | "refund_hold"
  | "refunded"
  | "put_back"
  | "other" {
  if (kind === "withdrawal_end") return isGivenBack ? "given_back" : "paid_out";
  if (kind === "refund_end") return isGivenBack ? "put_back" : "refunded";
  if (kind === "withdrawal_contradiction") return "contradiction";
  return PLAIN_KINDS.find((known) => known === kind) ?? "other";
}
