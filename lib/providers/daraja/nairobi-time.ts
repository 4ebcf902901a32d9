import { HOUR_MS } from "@/lib/kit/time";

// East Africa Time is three hours ahead of UTC all year round.
const NAIROBI_AHEAD_MS = 3 * HOUR_MS;

/** `20261121140509`: the instant as clocks in Nairobi show it, in the fourteen digits Daraja uses. */
export function nairobiDigits(at: Date): string {
  return new Date(at.getTime() + NAIROBI_AHEAD_MS).toISOString().replace(/\D/g, "").slice(0, 14);
}

/** Reads fourteen digits of Nairobi time. Null when they are no date that exists. */
export function parseNairobiDigits(digits: string): Date | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  const clock = Date.UTC(year, month - 1, day, hour, minute, second);
  const at = new Date(clock - NAIROBI_AHEAD_MS);
  return nairobiDigits(at) === digits ? at : null;
}

/**
 * Reads a time in any form Daraja writes one: fourteen digits, `21.11.2026 14:05:09` and
 * `2026-11-21 14:05:09`. All of them are Nairobi's, so one that names another zone is not read.
 */
export function parseNairobiTime(text: string): Date | null {
  const dotted = /^(\d\d)\.(\d\d)\.(\d{4})[ T](\d\d):(\d\d):(\d\d)$/.exec(text);
  if (dotted) {
    const [, day, month, year, ...clock] = dotted;
    return parseNairobiDigits([year, month, day, ...clock].join(""));
  }
  const isDashed = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(\+03:?00)?$/.test(text);
  return parseNairobiDigits(isDashed ? text.replace(/\D/g, "").slice(0, 14) : text);
}

/** `2026-11-21 14:05:09` in Nairobi, as the list of payments is asked for. */
export function nairobiDateTime(at: Date): string {
  return new Date(at.getTime() + NAIROBI_AHEAD_MS).toISOString().slice(0, 19).replace("T", " ");
}

/**
 * Reads a time of the list of payments, `2026-11-21T14:05:09Z`. It is written as UTC, and whoever uses the
 * list says that it is Nairobi's all the same: so it is taken here, and may be three hours wrong.
 */
export function parsePulledTime(text: string): Date | null {
  return parseNairobiTime(text.replace(/(Z|[+-]00:?00)$/i, ""));
}
