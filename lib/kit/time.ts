export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The instant `ms` milliseconds after `date`. */
export function addMs(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}

const EAT_PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Africa/Nairobi",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** `21 Nov 2026, 14:05`, always East Africa Time. Month names come from `months` when given. */
export function formatEat(date: Date, months?: readonly string[]): string {
  const parts = Object.fromEntries(EAT_PARTS.formatToParts(date).map((p) => [p.type, p.value]));
  const monthIndex = Number(
    new Intl.DateTimeFormat("en-GB", { timeZone: "Africa/Nairobi", month: "numeric" }).format(date),
  );
  const month = months?.[monthIndex - 1] ?? parts.month;
  return `${parts.day} ${month} ${parts.year}, ${parts.hour}:${parts.minute}`;
}
