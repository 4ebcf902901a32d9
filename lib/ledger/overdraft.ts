/** True when a movement was refused because it would bring a customer's balance below zero. */
export function isOverdraft(error: unknown): boolean {
  return error instanceof Error && error.message.includes("ledger_accounts_never_below_zero");
}
