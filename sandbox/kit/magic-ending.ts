const MAGIC_AMOUNT_BASE_CENTS = 900_000n;

/**
 * The entry a payment's ending stands for. KES 9,001 to 9,099 carry the ending in the amount and
 * win over the phone number; otherwise the last two digits of the phone decide.
 */
export function pickByEnding<T>(
  entries: ReadonlyMap<string, T>,
  payment: { msisdn: string; amountCents: bigint },
): T | undefined {
  const overCents = payment.amountCents - MAGIC_AMOUNT_BASE_CENTS;
  if (overCents > 0n && overCents < 10_000n && overCents % 100n === 0n) {
    const byAmount = entries.get((overCents / 100n).toString().padStart(2, "0"));
    if (byAmount !== undefined) return byAmount;
  }
  return entries.get(payment.msisdn.slice(-2));
}
