import { type Cell } from "./statement";

/** Cents; `absent` where the cell says nothing; `bad` where it is no amount in whole cents. */
export type CellAmount = bigint | "absent" | "bad";

const WHOLE_DIGITS_MAX = 13;
// A workbook keeps numbers as doubles: behind the fifteenth digit they say nothing (1053.0999999999999).
const EXACT_DIGITS = 15;

/** Reads an amount in shillings into cents, by its digits alone: `1,000.00`, `-1,000.00`, `(1,000.00)`. */
export function readAmount(cell: Cell | undefined): CellAmount {
  if (cell === null || cell === undefined) return "absent";
  if (cell instanceof Date) return "bad";
  return typeof cell === "string" ? centsOfText(cell) : centsOfNumber(cell.digits);
}

function centsOfText(text: string): CellAmount {
  const compact = text
    .replace(/[\s\u200b]/g, "")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/^(-?\(?)(?:kes|kshs?)\.?(?=[-\d(.])/i, "$1");
  if (/^-*$/.test(compact)) return "absent";
  const bracketed = /^\(([^()]+)\)$/.exec(compact);
  const match = /^([-+]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?(-?)$/.exec(bracketed?.[1] ?? compact);
  if (!match) return "bad";
  const [, before, grouped = "", decimals = "", after] = match;
  const signs = [before === "-", after === "-", Boolean(bracketed)].filter(Boolean).length;
  if (signs > 1 || (before === "+" && signs > 0)) return "bad";
  const whole = grouped.replaceAll(",", "");
  if (whole.length > WHOLE_DIGITS_MAX || !/^\d{0,2}0*$/.test(decimals)) return "bad";
  const cents = BigInt(whole) * 100n + BigInt(decimals.slice(0, 2).padEnd(2, "0"));
  return signs === 1 ? -cents : cents;
}

function centsOfNumber(stored: string): CellAmount {
  const match = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(stored.trim());
  if (!match) return "bad";
  const [, sign, whole = "", decimals = "", exponent = "0"] = match;
  let digits = (whole + decimals).replace(/^0+(?=\d)/, "");
  let places = decimals.length - Number(exponent);
  if (digits.length > EXACT_DIGITS) {
    const dropped = digits.length - EXACT_DIGITS;
    const half = 10n ** BigInt(dropped) / 2n;
    digits = String((BigInt(digits) + half) / 10n ** BigInt(dropped));
    places -= dropped;
  }
  const cents = shiftedExactly(BigInt(digits), 2 - places);
  if (cents === null || cents >= 10n ** BigInt(WHOLE_DIGITS_MAX + 2)) return "bad";
  return sign ? -cents : cents;
}

/** Times ten to the power of `places`; null when that would leave a part of a cent. */
function shiftedExactly(value: bigint, places: number): bigint | null {
  if (places >= 0) return value * 10n ** BigInt(places);
  const divisor = 10n ** BigInt(-places);
  return value % divisor === 0n ? value / divisor : null;
}
