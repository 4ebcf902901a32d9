const AMOUNT = /^(\d{1,12})(?:\.(\d{1,2}))?$/;

/**
 * Reads an amount in shillings ("500", "500.5", "1,250.00", or a JSON number) as integer cents.
 * Returns undefined for anything else, including negatives and more than two decimals.
 */
export function parseShillings(value: unknown): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const match = AMOUNT.exec(String(value).trim().replaceAll(",", ""));
  if (!match) return undefined;
  const [, whole = "0", cents = ""] = match;
  return BigInt(whole) * 100n + BigInt(cents.padEnd(2, "0"));
}

/** Cents as shillings with exactly two decimals: 50000n is "500.00". */
export function toTwoDecimals(cents: bigint): string {
  const sign = cents < 0n ? "-" : "";
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Cents for people: 125000n is "1,250.00". */
export function toGroupedShillings(cents: bigint): string {
  const [whole = "0", decimals = "00"] = toTwoDecimals(cents).split(".");
  return `${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}.${decimals}`;
}
