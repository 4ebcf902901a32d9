import type { PayoutRefusal, VoucherRefusal } from "../sells-vouchers";

// Only "Voucher already redeemed" is quoted whole by the provider; of the others it quotes a part,
// and of expiry nothing, so texts are matched by folded parts.
const PARTS: readonly (readonly [part: string, refusal: VoucherRefusal])[] = [
  ["already redeemed", "already_used"],
  ["already used", "already_used"],
  ["not found", "not_found"],
  ["only redeemable", "payout_code"],
  ["does not belong", "wrong_merchant"],
  ["expired", "expired"],
];

// These are about our call or our account. "Merchant account not found" above all must not read as a
// voucher that does not exist.
const PARTS_ABOUT_US = [
  "credentials required",
  "invalid merchant",
  "merchant account not found",
  "method not allowed",
  "endpoint not found",
] as const;

/** True when a text speaks of our call, and so says nothing about a customer's code or money. */
export function isAboutOurCall(providerText: string): boolean {
  const folded = providerText.toLowerCase();
  return PARTS_ABOUT_US.some((part) => folded.includes(part));
}

/** Our word for a refusal text of the provider; `not_accepted` for a text we never saw. */
export function refusalOf(providerText: string): VoucherRefusal {
  const folded = providerText.toLowerCase();
  return PARTS.find(([part]) => folded.includes(part))?.[1] ?? "not_accepted";
}

// Read from the start alone, so that a sentence about something else which mentions one is not taken for it.
const PAYOUT_STARTS: readonly (readonly [start: string, refusal: PayoutRefusal])[] = [
  ["user not found", "receiver_unknown"],
  ["minimum voucher amount", "amount_too_small"],
  // The provider's pages break off here.
  ["maximu", "amount_too_large"],
  ["insufficient balance", "float_empty"],
  ["insufficient funds", "float_empty"],
  ["missing required fields", "misconfigured"],
  ["api credentials required", "misconfigured"],
  ["invalid merchant", "misconfigured"],
  ["merchant account not found", "misconfigured"],
  ["method not allowed", "misconfigured"],
];

/** Our word for why no voucher was issued; null for a text we never saw, which may be about a repetition. */
export function payoutRefusalOf(providerText: string): PayoutRefusal | null {
  const folded = providerText.trim().toLowerCase().replace(/\s+/g, " ");
  return PAYOUT_STARTS.find(([start]) => folded.startsWith(start))?.[1] ?? null;
}
