const SHOWN = [
  "status",
  "step",
  "reason",
  "new_attempt",
  "code_problem",
  "amount_paid",
  "voucher",
  "provider_receipt",
] as const;

const SHOWN_OF_PROMPT = ["sent_at", "retry_at", "paid_at"];

/** Everything of a payment that its page shows and that can change, as one text to compare. */
export function paymentFingerprint(
  payment: Partial<Record<(typeof SHOWN)[number] | "prompt", unknown>>,
): string {
  const prompt = new Map(Object.entries(payment.prompt ?? {}));
  return JSON.stringify([
    ...SHOWN.map((field) => payment[field] ?? null),
    ...SHOWN_OF_PROMPT.map((field): unknown => prompt.get(field) ?? null),
  ]);
}
