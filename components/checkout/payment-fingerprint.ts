const SHOWN = [
  "status",
  "step",
  "reason",
  "code_problem",
  "amount_paid",
  "voucher",
  "provider_receipt",
] as const;

/** Everything of a payment that its page shows and that can change, as one text to compare. */
export function paymentFingerprint(
  payment: Partial<Record<(typeof SHOWN)[number], unknown>>,
): string {
  return JSON.stringify(SHOWN.map((field) => payment[field] ?? null));
}
