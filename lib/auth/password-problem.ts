import { COMMON_PASSWORDS } from "./common-passwords";

export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 128;

export type PasswordProblem = "empty" | "too_short" | "too_long" | "too_common";

/**
 * What is wrong with a new password, or null. Length decides; no rule asks for capitals or digits.
 * Refused are the passwords everybody tries first, and those made of the person's own name or number.
 */
export function passwordProblem(
  password: string,
  about: { name: string; phone: string | null },
): PasswordProblem | null {
  const chars = [...password.normalize("NFKC")];
  if (chars.length === 0) return "empty";
  if (chars.length < PASSWORD_CHARS_MIN) return "too_short";
  if (chars.length > PASSWORD_CHARS_MAX) return "too_long";
  const plain = chars.join("").toLowerCase().replace(/\s/g, "");
  if (COMMON_PASSWORDS.has(plain) || new Set(plain).size <= 2 || isRun(plain)) return "too_common";
  return isAbout(plain, about) ? "too_common" : null;
}

/** `12345678`, `abcdefgh` and the like, in either direction. */
function isRun(plain: string): boolean {
  const steps = new Set(
    Array.from(plain)
      .slice(1)
      .map((char, place) => char.charCodeAt(0) - plain.charCodeAt(place)),
  );
  return steps.size === 1 && (steps.has(1) || steps.has(-1));
}

function isAbout(plain: string, about: { name: string; phone: string | null }): boolean {
  const name = about.name.toLowerCase().replace(/\s/g, "");
  if (name.length >= 4 && plain.replace(/\d+$/, "") === name) return true;
  const line = about.phone?.slice(-9);
  return line !== undefined && plain.replace(/\D/g, "").endsWith(line) && plain.length <= 13;
}
