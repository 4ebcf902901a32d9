import { maskText } from "../mask-text";
import type { StatementLine } from "../statement-file/statement";

const TEXT_MAX = 200;
// A number as M-Pesa writes it, whole or masked, before a dash and somebody's name.
const PAYER = /^\+?\d[\d* ]{3,20}/;

/** The completed lines of a file in its order, each once: what is booked of it. */
export function linesToBook(lines: readonly StatementLine[]): {
  readonly lines: readonly StatementLine[];
  readonly doubled: number;
} {
  const seen = new Set<string>();
  let doubled = 0;
  const kept = lines.filter((line) => {
    if (line.status !== "completed") return false;
    const key = `${line.receipt} ${line.kind} ${line.amountCents}`;
    if (seen.has(key)) doubled += 1;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
  return { lines: kept, doubled };
}

/** The details of a line as staff may see them. */
export function detailsOf(line: Pick<StatementLine, "details">): string {
  return maskText(line.details).slice(0, TEXT_MAX);
}

/** Who paid, without the name behind the number; null where no number is. */
export function payerOf(line: Pick<StatementLine, "otherParty">): string | null {
  return PAYER.exec(line.otherParty ?? "")?.[0].replaceAll(" ", "") ?? null;
}

export function referenceOf(line: Pick<StatementLine, "reference">): string | null {
  return line.reference?.slice(0, TEXT_MAX) ?? null;
}
