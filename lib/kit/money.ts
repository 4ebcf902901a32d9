import { assert } from "./assert";

/** What an amount field may say about what was typed. Each maps to one sentence in both languages. */
export type AmountProblem =
  "empty" | "not_a_number" | "not_positive" | "too_many_decimals" | "too_small" | "too_large";

export type ParsedAmount =
  { ok: true; amountCents: bigint } | { ok: false; problem: AmountProblem };

const CENTS_MAX = 10n ** 14n;

// At most two decimals that mean something. Linear, whatever a stranger puts behind the point.
const CENTS_SHAPE = /^\d{0,2}0*$/;

/**
 * Reads an amount a person typed, in shillings, into integer cents. Spaces and thousands commas are
 * accepted; other digits than 0 to 9, signs other than a leading minus, and more than two decimals are not.
 */
export function parseAmount(
  text: string,
  limits: { minCents: bigint; maxCents: bigint },
): ParsedAmount {
  const compact = text.replace(/[\s\u00a0\u202f]/g, "");
  if (compact === "") return { ok: false, problem: "empty" };
  const match = /^(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/.exec(compact);
  if (!match) return { ok: false, problem: "not_a_number" };
  const [, sign, whole = "", decimals = ""] = match;
  if (!CENTS_SHAPE.test(decimals)) return { ok: false, problem: "too_many_decimals" };
  // A huge text is out of range whatever its digits say, so it never becomes a huge number.
  if (whole.length > 18) return { ok: false, problem: sign ? "not_positive" : "too_large" };
  const amountCents =
    BigInt(whole.replaceAll(",", "")) * 100n + BigInt(decimals.slice(0, 2).padEnd(2, "0"));
  if (sign || amountCents === 0n) return { ok: false, problem: "not_positive" };
  if (amountCents < limits.minCents) return { ok: false, problem: "too_small" };
  if (amountCents > limits.maxCents) return { ok: false, problem: "too_large" };
  return { ok: true, amountCents };
}

/**
 * Reads an amount a provider sent, as a JSON number or a numeric string, into cents. Null when it is
 * not a positive amount with at most two decimals; never rounds.
 */
export function centsFromProvider(value: unknown): bigint | null {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const text = String(value).trim();
  const match = /^(\d{1,15})(?:\.(\d+))?$/.exec(text);
  if (!match) return null;
  const [, whole = "", decimals = ""] = match;
  if (!CENTS_SHAPE.test(decimals)) return null;
  const cents = BigInt(whole) * 100n + BigInt(decimals.slice(0, 2).padEnd(2, "0"));
  return cents > 0n && cents <= CENTS_MAX ? cents : null;
}

/** `1250.00`: cents as plain text with two decimals, the form of every API and provider field. */
export function decimalFromCents(amountCents: bigint): string {
  const absolute = amountCents < 0n ? -amountCents : amountCents;
  const sign = amountCents < 0n ? "-" : "";
  return `${sign}${absolute / 100n}.${String(absolute % 100n).padStart(2, "0")}`;
}

/** `KSh 1,250.00`, or `KSh 500` when `whole` is asked for and no cents are lost by it. */
export function formatKes(amountCents: bigint, { whole = false } = {}): string {
  const [shillings = "0", cents = "00"] = decimalFromCents(amountCents).split(".");
  const grouped = shillings.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return whole && cents === "00" ? `KSh ${grouped}` : `KSh ${grouped}.${cents}`;
}

/** Cents as whole shillings for providers that move nothing smaller. Throws when cents would be lost. */
export function wholeShillings(amountCents: bigint): bigint {
  assert(amountCents % 100n === 0n, "this amount has cents and cannot be sent in whole shillings");
  return amountCents / 100n;
}
