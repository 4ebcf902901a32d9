const SHOWN = [
  "status",
  "step",
  "reason",
  "new_attempt",
  "code_problem",
  "amount_paid",
  "given_back",
  "voucher",
  "provider_receipt",
] as const;

const SHOWN_OF_PROMPT = ["sent_at", "retry_at", "paid_at"];
const SHOWN_OF_PAYOUT = ["receiver", "redeemed_at", "approve_before"];

/** Everything of a payment that its page shows and that can change, as one text to compare. */
export function paymentFingerprint(
  payment: Partial<Record<(typeof SHOWN)[number] | "prompt" | "payout", unknown>>,
): string {
  return JSON.stringify([
    ...SHOWN.map((field) => payment[field] ?? null),
    ...valuesOf(payment.prompt, SHOWN_OF_PROMPT),
    ...valuesOf(payment.payout, SHOWN_OF_PAYOUT),
  ]);
}

function valuesOf(part: unknown, fields: readonly string[]): unknown[] {
  const values = new Map(Object.entries(part ?? {}));
  return fields.map((field): unknown => values.get(field) ?? null);
}
