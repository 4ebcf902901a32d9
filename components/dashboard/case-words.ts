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
  "message.replayed",
] as const;

const OPERATIONS = [
  "token",
  "stk_push",
  "stk_query",
  "payment_status",
  "validate",
  "redeem",
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
