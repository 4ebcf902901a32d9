import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/**
 * Reads a Kenyan phone number as people write it (`07…`, `01…`, `2547…`, `+254…`, spaces, dashes)
 * into E.164 (`+254712345678`). Null when it is not a Kenyan mobile number.
 */
export function parseKenyanPhone(text: string): string | null {
  const compact = text.replace(/[\s\u00a0().-]/g, "");
  if (!/^(\+?254|0)?[17]\d{8}$/.test(compact)) return null;
  const parsed = parsePhoneNumberFromString(
    compact.startsWith("254") ? `+${compact}` : compact,
    "KE",
  );
  return parsed?.isValid() && parsed.country === "KE" ? parsed.number : null;
}

/** `0712 345 678`, the way Kenyans read a number. */
export function formatKenyanPhone(e164: string): string {
  const national = `0${e164.replace(/^\+254/, "")}`;
  return `${national.slice(0, 4)} ${national.slice(4, 7)} ${national.slice(7)}`;
}

/** `0712 *** 678`: enough to recognise one's own number, not enough to call it. */
export function maskPhone(e164: string): string {
  const national = `0${e164.replace(/^\+254/, "")}`;
  return `${national.slice(0, 4)} *** ${national.slice(-3)}`;
}
