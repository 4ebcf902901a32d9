import { parseKenyanPhone } from "@/lib/kit/phone";

export type Identifier = { phone: string } | { email: string };

const EMAIL_CHARS_MAX = 254;

/** What somebody signs in with: a Kenyan phone number as people write it, or an e-mail address. Null for neither. */
export function parseIdentifier(text: string): Identifier | null {
  const trimmed = text.trim();
  if (!trimmed.includes("@")) {
    const phone = parseKenyanPhone(trimmed);
    return phone ? { phone } : null;
  }
  const email = trimmed.toLowerCase();
  return email.length <= EMAIL_CHARS_MAX && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)
    ? { email }
    : null;
}
