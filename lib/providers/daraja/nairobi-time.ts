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
