import type { MpesaReason } from "@/lib/payments/schemas";

/** What M-Pesa turns down however one pays, and what nobody can name. */
const NOT_HELPED: ReadonlySet<MpesaReason | "other"> = new Set([
  "insufficient_funds",
  "amount_too_small",
  "amount_too_large",
  "daily_limit",
  "pin_locked",
  "account_inactive",
  "merchant_cannot_receive",
  "other",
]);

/** True when a prompt that ended for this reason says nothing against paying from the M-Pesa menu. */
export function helpsByHand(reason: MpesaReason | "other"): boolean {
  return !NOT_HELPED.has(reason);
}
