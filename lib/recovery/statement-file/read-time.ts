import { DAY_MS, HOUR_MS, SECOND_MS } from "@/lib/kit/time";
import { textOfCell } from "./text-of-cell";
import { type Cell } from "./statement";

const EAT_OFFSET_MS = 3 * HOUR_MS;
const YEARS = { first: 2007, last: 2099 };
// The days of a workbook are counted from here, because it holds 1900 for a leap year.
const DAY_ZERO_MS = Date.UTC(1899, 11, 30);

/** What a time says about how its file writes days and months. */
export type DayOrder =
  | "sure"
  /** It only makes sense with the day first. */
  | "day_first"
  /** Both are twelve or less. */
  | "either"
  /** A date a spreadsheet made, perhaps of a text it took to be American. */
  | "stored"
  /** It only makes sense with the month first. */
  | "month_first";

export interface CellTime {
  readonly at: Date;
  readonly order: DayOrder;
  /** A day without a time of day. */
  readonly isDay: boolean;
}

const CLOCK =
  /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)? ?([ap]\.?m\.?)?(?: ?(?:eat|\+03:?00))?$/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * Reads a time in Nairobi, day before month, in the forms exports have: `21-11-2026 14:05:09`,
 * `2026-11-21 14:05:09`, `21/11/2026 2:05 PM`, `21 Nov 2026 14:05`, or a workbook's date. Null when it is none.
 */
export function readTime(cell: Cell | undefined): CellTime | null {
  if (cell instanceof Date) return timeOf(cell.getTime(), "stored");
  if (cell !== null && typeof cell === "object") {
    if (!/^\d{5}(?:\.\d{1,17})?$/.test(cell.digits)) return timeOfText(cell.digits);
    return timeOf(DAY_ZERO_MS + Number(cell.digits) * DAY_MS, "stored");
  }
  return timeOfText(textOfCell(cell));
}

function timeOfText(text: string): CellTime | null {
  const packed = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (packed) {
    const [, year, month, day, hour, minute, second] = packed.map(Number);
    return timeOfParts([year, month, day], [hour, minute, second], "sure");
  }
  const match = /^(\d{1,4}[-/. ][a-z\d]{1,9}[-/., ]{1,2}\d{1,4})(?:(?:,? |T)(\S.*))?$/i.exec(text);
  if (!match) return null;
  const [, dayText = "", clockText] = match;
  const clock = clockText === undefined ? [0, 0, 0] : readClock(clockText);
  const date = readDate(dayText);
  return clock && date && timeOfParts(date.parts, clock, date.order, clockText === undefined);
}

function readDate(text: string): { parts: number[]; order: DayOrder } | null {
  const [first = "", second = "", third = "", rest] = text.split(/[-/., ]+/);
  if (rest !== undefined) return null;
  const named = MONTHS.indexOf(second.slice(0, 3).toLowerCase()) + 1;
  if (/^[a-z]{3,9}$/i.test(second) && named > 0 && /^\d{4}$/.test(third)) {
    return { parts: [Number(third), named, Number(first)], order: "sure" };
  }
  if (!/^\d{1,2}$/.test(second)) return null;
  const [a, b] = [Number(first), Number(second)];
  if (/^\d{4}$/.test(first) && /^\d{1,2}$/.test(third)) {
    return { parts: [a, b, Number(third)], order: "sure" };
  }
  if (!/^\d{1,2}$/.test(first) || !/^\d{4}$/.test(third)) return null;
  if (b > 12 && a <= 12) return { parts: [Number(third), a, b], order: "month_first" };
  return {
    parts: [Number(third), b, a],
    order: a > 12 ? "day_first" : a === b ? "sure" : "either",
  };
}

function readClock(text: string): number[] | null {
  const match = CLOCK.exec(text);
  if (!match) return null;
  const [, hourText, minute, second = "0", half] = match;
  const hour = Number(hourText);
  if (!half) return [hour, Number(minute), Number(second)];
  if (hour < 1 || hour > 12) return null;
  const isAfternoon = half.toLowerCase().startsWith("p");
  return [(hour % 12) + (isAfternoon ? 12 : 0), Number(minute), Number(second)];
}

/** Null for the 31st of February and 25 o'clock. */
function timeOfParts(
  [year = 0, month = 0, day = 0]: readonly (number | undefined)[],
  [hour = 0, minute = 0, second = 0]: readonly (number | undefined)[],
  order: DayOrder,
  isDay = false,
): CellTime | null {
  const clockMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const made = new Date(clockMs);
  const isReal =
    made.getUTCMonth() === month - 1 &&
    made.getUTCHours() === hour &&
    made.getUTCMinutes() === minute &&
    made.getUTCSeconds() === second;
  return isReal ? timeOf(clockMs, order, isDay) : null;
}

function timeOf(clockMs: number, order: DayOrder, isDay = false): CellTime | null {
  // A workbook keeps a time as a fraction of a day, a hair before or after the second.
  const at = new Date(Math.round(clockMs / SECOND_MS) * SECOND_MS - EAT_OFFSET_MS);
  const year = at.getUTCFullYear();
  return year >= YEARS.first && year <= YEARS.last ? { at, order, isDay } : null;
}
