import { DAY_MS } from "@/lib/kit/time";

const EAT_OFFSET_MS = 3 * 60 * 60 * 1_000;

export interface Day<T> {
  /** Days since 1 January 1970 in East Africa Time. */
  readonly number: number;
  readonly items: T[];
}

/** Groups newest-first items by their day in Nairobi, which has no summer time. */
export function groupByDay<T extends { created_at: string }>(items: readonly T[]): Day<T>[] {
  const days: Day<T>[] = [];
  for (const item of items) {
    const number = eatDayNumber(Date.parse(item.created_at));
    const last = days.at(-1);
    if (last?.number === number) last.items.push(item);
    else days.push({ number, items: [item] });
  }
  return days;
}

/** The day an instant falls on in Nairobi. */
export function eatDayNumber(epochMs: number): number {
  return Math.floor((epochMs + EAT_OFFSET_MS) / DAY_MS);
}
