import { assert } from "./assert";

// 23 symbols: a prime, so that one check symbol sees every slip it is meant to see. None of them is
// easily taken for another one, and what is taken for them is in LOOK_ALIKES.
const ALPHABET = "0123456789ACEFHJKMNPRTW";
const SYMBOLS = 8;
const SHAPE = new RegExp(`^[${ALPHABET}]{${SYMBOLS}}$`);

// What people see or type in place of a symbol. X and Y look like none of them and stay a mistake.
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  B: "8",
  D: "0",
  G: "6",
  I: "1",
  L: "1",
  O: "0",
  Q: "0",
  S: "5",
  U: "W",
  V: "W",
  Z: "2",
};

/**
 * A new reference for somebody who pays by hand and types it as the account number: seven symbols at
 * random and a check symbol, so that a slip of the thumb is not somebody else's reference.
 */
export function newPayReference(): string {
  const random = Array.from({ length: SYMBOLS - 1 }, randomSymbol).join("");
  const check = [...ALPHABET].find((symbol) => isChecked(random + symbol));
  assert(check, "the last weight has an inverse, so one symbol always fits");
  return random + check;
}

/**
 * Reads a reference as it was typed. Null when it is none: too long, too short, a symbol that looks
 * like no symbol of ours, or a check symbol that does not fit.
 */
export function readPayReference(typed: string): string | null {
  const reference = normaliseReference(typed);
  return SHAPE.test(reference) && isChecked(reference) ? reference : null;
}

/**
 * Any account number in the one form in which two of them are compared: capitals, without spaces,
 * dashes, dots and underscores, look-alikes folded (O is 0). It says nothing about being one of ours.
 */
export function normaliseReference(text: string): string {
  return (
    text
      .replace(/[\s\u200b\ufeff.·_\u2212\p{Pd}]/gu, "")
      // Only a to z: `toUpperCase` would also make symbols out of letters no reference has (ı, ſ, ß).
      .replace(/[a-z]/g, (letter) => letter.toUpperCase())
      .replace(/[A-Z]/g, (letter) => LOOK_ALIKES[letter] ?? letter)
  );
}

/** `4K7M 2PA9`: the way a reference is shown and read aloud. */
export function payReferenceText(reference: string): string {
  return `${reference.slice(0, SYMBOLS / 2)} ${reference.slice(SYMBOLS / 2)}`;
}

/**
 * The symbols weighted 1 to 8 add up to a multiple of 23. No weight and no difference of two weights
 * is one, so every single wrong symbol and every two symbols changed about are seen.
 */
function isChecked(reference: string): boolean {
  const sum = [...reference].reduce(
    (total, symbol, index) => total + (index + 1) * ALPHABET.indexOf(symbol),
    0,
  );
  return sum % ALPHABET.length === 0;
}

/** Bytes above the last whole multiple of 23 are drawn again: every symbol is equally likely. */
function randomSymbol(): string {
  const limit = 256 - (256 % ALPHABET.length);
  for (;;) {
    const [byte = limit] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < limit) return ALPHABET.charAt(byte % ALPHABET.length);
  }
}
