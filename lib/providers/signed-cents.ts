import { centsFromProvider } from "@/lib/kit/money";

/**
 * Reads what an account holds, which unlike a payment may be nothing or less. Null when it is no amount
 * with at most two decimals; never rounds.
 */
export function signedCentsFromProvider(value: unknown): bigint | null {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const text = String(value).trim();
  if (/^-?0{1,15}(\.0*)?$/.test(text)) return 0n;
  const cents = /^-?\d/.test(text) ? centsFromProvider(text.replace("-", "")) : null;
  return cents !== null && text.startsWith("-") ? -cents : cents;
}
