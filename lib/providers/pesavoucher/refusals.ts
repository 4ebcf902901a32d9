import type { VoucherRefusal } from "../provider";

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
