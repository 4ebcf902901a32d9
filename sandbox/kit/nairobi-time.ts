const NAIROBI_OFFSET_MS = 3 * 60 * 60 * 1000;

function nairobiIso(ms: number): string {
  return new Date(ms + NAIROBI_OFFSET_MS).toISOString();
}

/** `2026-11-21 14:05:09` in East Africa Time, without a zone: the provider writes it so. */
export function toProviderTimestamp(ms: number): string {
  return nairobiIso(ms).slice(0, 19).replace("T", " ");
}

/** `14:05` in East Africa Time. */
export function toClockTime(ms: number): string {
  return nairobiIso(ms).slice(11, 16);
}

/** `21/11/26 at 2:05 PM` in East Africa Time, as M-Pesa messages spell it. */
export function toSmsTime(ms: number): string {
  const iso = nairobiIso(ms);
  const hour = Number(iso.slice(11, 13));
  const date = `${Number(iso.slice(8, 10))}/${Number(iso.slice(5, 7))}/${iso.slice(2, 4)}`;
  return `${date} at ${hour % 12 || 12}:${iso.slice(14, 16)} ${hour < 12 ? "AM" : "PM"}`;
}

/** Year, month and day in East Africa Time. */
export function toCompactDate(ms: number): number[] {
  return nairobiIso(ms).slice(0, 10).split("-").map(Number);
}

/** `20261121140509` in East Africa Time: dates inside M-Pesa messages. */
export function toCompactTime(ms: number): string {
  return nairobiIso(ms).slice(0, 19).replace(/\D/g, "");
}

/** `21.11.2026 14:05:09` in East Africa Time, as the results of payouts spell it. */
export function toDottedTime(ms: number): string {
  const iso = nairobiIso(ms);
  return `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
}

/** `21112026140509` in East Africa Time: the date inside a CheckoutRequestID. */
export function toDayFirstTime(ms: number): string {
  const compact = toCompactTime(ms);
  return compact.slice(6, 8) + compact.slice(4, 6) + compact.slice(0, 4) + compact.slice(8);
}

const PROVIDER_TIMESTAMP = /^(\d{4}-\d{2}-\d{2}) (\d{1,2})(:\d{2}:\d{2})$/;

/** Reads `2026-11-21 14:05:09` (the hour may have one digit) in East Africa Time; undefined for no such moment. */
export function parseProviderTimestamp(text: string): number | undefined {
  const [, date, hour = "", rest] = PROVIDER_TIMESTAMP.exec(text) ?? [];
  const spelled = `${date} ${hour.padStart(2, "0")}${rest}`;
  const ms = Date.parse(`${spelled.replace(" ", "T")}+03:00`);
  // A day no month has would silently become one of the next.
  return Number.isNaN(ms) || toProviderTimestamp(ms) !== spelled ? undefined : ms;
}

/** `21-11-2026 14:05:09` in East Africa Time, as the portal's statements spell it. */
export function toDashedTime(ms: number): string {
  return toDottedTime(ms).replaceAll(".", "-");
}
