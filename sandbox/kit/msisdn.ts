import { z } from "zod";

/**
 * Reads a Kenyan mobile number in the spellings people use (`07…`, `01…`, `2547…`, `+254 7…`)
 * as twelve digits, `254712345678`. Returns undefined for anything else.
 */
export function parseMsisdn(text: string): string | undefined {
  const digits = text.replace(/[\s()-]/g, "").replace(/^\+/, "");
  const match = /^(?:254|0)?([17]\d{8})$/.exec(digits);
  return match ? `254${match[1]}` : undefined;
}

/** `254712345678` as people in Kenya write it: `0712 345 678`. */
export function toLocalNumber(msisdn: string): string {
  return `0${msisdn.slice(3, 6)} ${msisdn.slice(6, 9)} ${msisdn.slice(9)}`;
}

/** A number in any spelling, read as twelve digits. */
export const msisdnSchema = z.string().transform((text, context) => {
  const parsed = parseMsisdn(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "not a Kenyan mobile number" });
  return z.NEVER;
});

/** `254712345678` as data protection shows it: `2547 ***** 678`. */
export function toMaskedNumber(msisdn: string): string {
  return `${msisdn.slice(0, 4)} ***** ${msisdn.slice(-3)}`;
}
