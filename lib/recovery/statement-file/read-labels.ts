import { DAY_MS, SECOND_MS, addMs } from "@/lib/kit/time";
import { readAmount } from "./read-amount";
import { type CellTime, readTime } from "./read-time";
import { type Cell } from "./statement";
import { textOfCell } from "./text-of-cell";

/** What stands above and below the table. */
export interface Labels {
  shortcode: string | null;
  organisation: string | null;
  account: string | null;
  from: Date | null;
  to: Date | null;
  openingCents: bigint | null;
  closingCents: bigint | null;
}

type Meaning = keyof Labels | "period" | "known";

const MEANINGS: readonly (readonly [Meaning, RegExp])[] = [
  [
    "shortcode",
    /^(?:business |organi[sz]ation )?short ?code(?: no| number)?$|^(?:paybill|pay bill|till)(?: no| number)?$/,
  ],
  [
    "organisation",
    /^(?:organi[sz]ation|business|merchant|account holder) name$|^organi[sz]ation$|^account holder$/,
  ],
  ["account", /^account(?: type)?$/],
  ["period", /^(?:statement |time |report(?:ing)? |transaction )?(?:period|date range)$/],
  ["from", /^(?:from|start|from date|start date|date from)$/],
  ["to", /^(?:to|end|to date|end date|date to)$/],
  ["openingCents", /^opening balance$/],
  ["closingCents", /^closing balance$/],
  [
    "known",
    /^(?:operator|date of report|report date|printed on|available balance|total paid in|total withdrawn|currency|uncleared balance|reserved balance)$/,
  ],
];

/** Reads `Short Code:, 600998` and its like out of one row into what is known; the first word on a thing stays. */
export function readLabels(cells: readonly Cell[], labels: Labels): void {
  const parts = cells.flatMap(splitLabel);
  parts.forEach((part, index) => {
    const meaning = meaningOf(part);
    if (!meaning || meaning === "known") return;
    const rest = parts.slice(index + 1);
    const next = rest.findIndex((other) => meaningOf(other) !== null && !inPeriod(meaning, other));
    const values = (next === -1 ? rest : rest.slice(0, next)).filter((value) => !isEmpty(value));
    take(meaning, values, labels);
  });
}

function take(meaning: Exclude<Meaning, "known">, values: readonly Cell[], labels: Labels): void {
  const [value] = values;
  if (value === undefined) return;
  const text = textOfCell(value);
  switch (meaning) {
    case "shortcode":
      if (/^\d{5,7}$/.test(text)) labels.shortcode ??= text;
      return;
    case "organisation":
    case "account":
      if (text && text.length <= 200) labels[meaning] ??= text;
      return;
    case "period": {
      const times = values.flatMap(timesIn);
      labels.from ??= times[0]?.at ?? null;
      if (times.length > 1) labels.to ??= endOf(times.at(-1));
      return;
    }
    case "from":
      labels.from ??= readTime(value)?.at ?? null;
      return;
    case "to":
      labels.to ??= endOf(readTime(value));
      return;
    case "openingCents":
    case "closingCents": {
      const amount = readAmount(value);
      if (typeof amount === "bigint") labels[meaning] ??= amount;
    }
  }
}

function isEmpty(cell: Cell): boolean {
  return cell === null || (typeof cell === "string" && cell.trim() === "");
}

/** `Short Code: 600998` in one cell is a label and its value. A time of day is not. */
function splitLabel(cell: Cell): Cell[] {
  const match = typeof cell === "string" ? /^\s*([a-z][a-z /]{1,38}):\s*(\S.*)$/i.exec(cell) : null;
  return match && meaningOf(match[1] ?? "") ? [match[1] ?? "", match[2] ?? ""] : [cell];
}

function meaningOf(cell: Cell): Meaning | null {
  if (typeof cell !== "string" || cell.length > 60) return null;
  const name = cell
    .toLowerCase()
    .replace(/\((?:kes|kshs?\.?)\)/g, "")
    .replace(/[^a-z]+/g, " ")
    .trim();
  return MEANINGS.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}

/** `Time Period:, From, 01-11-2026, To, 30-11-2026` is one thing, and not three. */
function inPeriod(meaning: Meaning, other: Cell): boolean {
  const inner = meaningOf(other);
  return meaning === "period" && (inner === "from" || inner === "to");
}

/** `01-11-2026 00:00:00 to 30-11-2026 23:59:59` in one cell, or one time of a row of cells. */
function timesIn(cell: Cell): CellTime[] {
  const parts =
    typeof cell === "string" ? cell.replace(/^\s*from\s/i, "").split(/\s+(?:to|-|–)\s+/i) : [cell];
  return parts.map(readTime).filter((time) => time !== null);
}

/** A period ends with the last second of its last day. */
function endOf(time: CellTime | null | undefined): Date | null {
  if (!time) return null;
  return time.isDay ? addMs(time.at, DAY_MS - SECOND_MS) : time.at;
}
