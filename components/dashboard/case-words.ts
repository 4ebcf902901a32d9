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
  "transaction.provider_charge",
  "transaction.provider_transfer",
  "transaction.provider_difference",
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

const MESSAGE_KINDS = [
  "stk",
  "c2b_confirmation",
  "b2c_result",
  "b2c_timeout",
  "status",
  "status_timeout",
  "reversal",
  "reversal_timeout",
  "purchase",
  "redemption",
  "voucher_created",
] as const;

const ACCOUNTS = [
  "customer_available",
  "customer_held",
  "provider",
  "in_transit",
  "fees",
  "suspense",
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

/** The key under `caseFile.messageKinds`, or null for one that has no words and is shown as it is. */
export function messageKindKey(kind: string): (typeof MESSAGE_KINDS)[number] | null {
  // The same result, at an address of one payment or at the one of all.
  const told = kind.replace(/_alias$/, "").replace(/^(status|reversal)_result$/, "$1");
  return MESSAGE_KINDS.find((known) => known === told) ?? null;
}

/** An account as case files name it, `customer_available usr_1`: the key under `caseFile.accounts`, and whose. */
export function readAccount(account: string): {
  readonly key: (typeof ACCOUNTS)[number] | null;
  readonly owner: string;
} {
  const [kind = "", owner = ""] = account.split(" ", 2);
  return { key: ACCOUNTS.find((known) => known === kind) ?? null, owner };
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
  "provider_difference",
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
  | "provider_difference"
  | "refunded"
  | "put_back"
  | "other" {
  if (kind === "withdrawal_end") return isGivenBack ? "given_back" : "paid_out";
  if (kind === "refund_end") return isGivenBack ? "put_back" : "refunded";
  if (kind === "refund_unheld") return "refunded";
  if (kind === "withdrawal_contradiction") return "contradiction";
  return PLAIN_KINDS.find((known) => known === kind) ?? "other";
}
