import { toCompactDate } from "./nairobi-time";

const CODE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX_ALPHABET = "0123456789abcdef";
const TOKEN_ALPHABET = `${CODE_ALPHABET}abcdefghijklmnopqrstuvwxyz`;
// N is 2019 and U is 2026, so A was 2006.
const RECEIPT_YEAR_A = 2006;

/**
 * Makes every random-looking value of the sandbox from one seed, so that the same seed and the
 * same calls give the same codes, receipts and ids. Not for secrets: the sandbox holds none.
 */
export class SeededIds {
  #state: number;
  #serial = 0;
  #conversation: number;
  #receipts = new Set<string>();

  constructor(readonly seed: string) {
    this.#state = hashSeed(seed);
    this.#conversation = Math.floor(this.fraction() * 90_000_000) + 1_000_000;
  }

  /** At least 0 and below 1. */
  fraction(): number {
    return this.#next();
  }

  /** Upper-case letters and digits, as in voucher codes and M-Pesa receipts. */
  code(length: number): string {
    return this.#pick(CODE_ALPHABET, length);
  }

  /**
   * A ten-character M-Pesa receipt number: one letter each for year and month, one sign for the
   * day (1 to 9, then A to V), then seven that no other receipt of that day shares.
   */
  receipt(nowMs: number): string {
    const date = receiptDate(nowMs);
    for (;;) {
      const receipt = date + this.code(7);
      if (this.#receipts.has(receipt)) continue;
      this.#receipts.add(receipt);
      return receipt;
    }
  }

  /** An access token: 28 letters and digits. */
  token(): string {
    return this.#pick(TOKEN_ALPHABET, 28);
  }

  /** What the gateway stamps on requests: `2654-4b64-97ff-b827b542881d3130`, hex and a running number. */
  conversation(): string {
    this.#conversation += 1;
    const hex = (length: number): string => this.#pick(HEX_ALPHABET, length);
    return `${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}${this.#conversation}`;
  }

  /** The same things in another order. */
  shuffle<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, at: this.fraction() }))
      .sort((left, right) => left.at - right.at)
      .map(({ item }) => item);
  }

  uuid(): string {
    const hex = (length: number): string => this.#pick(HEX_ALPHABET, length);
    return `${hex(8)}-${hex(4)}-4${hex(3)}-${this.#pick("89ab", 1)}${hex(3)}-${hex(12)}`;
  }

  /** Short ids for the sandbox's own objects (`cb_1`, `flt_2`): readable, unique until a reset. */
  serial(prefix: string): string {
    this.#serial += 1;
    return `${prefix}_${this.#serial}`;
  }

  #pick(alphabet: string, length: number): string {
    let text = "";
    for (let index = 0; index < length; index += 1) {
      text += alphabet.charAt(Math.floor(this.#next() * alphabet.length));
    }
    return text;
  }

  // Mulberry32: small, fast, and good enough to spread codes over their alphabet.
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}

/** The three signs every M-Pesa receipt of a day begins with. */
export function receiptDate(nowMs: number): string {
  const [year = 0, month = 1, day = 1] = toCompactDate(nowMs);
  return `${letter(year - RECEIPT_YEAR_A)}${letter(month - 1)}${day.toString(36).toUpperCase()}`;
}

function letter(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

function hashSeed(seed: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
