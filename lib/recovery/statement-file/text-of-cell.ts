import { type Cell } from "./statement";

const BLANKS = /[^\S ]| {2}/;

/** A cell as text on one line, without the blanks around it. A date of a workbook has no text of its own. */
export function textOfCell(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || cell instanceof Date) return "";
  const text = typeof cell === "string" ? cell : plainDigits(cell.digits);
  return (BLANKS.test(text) ? text.replace(/\s+/g, " ") : text).trim();
}

/** `1.23456789012E+11` is how a workbook keeps a long account number. */
function plainDigits(digits: string): string {
  const match = /^(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})$/.exec(digits);
  if (!match) return digits;
  const [, whole = "", decimals = "", exponent = ""] = match;
  const zeros = Number(exponent) - decimals.length;
  return zeros < 0 ? digits : whole + decimals + "0".repeat(zeros);
}
