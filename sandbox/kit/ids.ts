const CODE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX_ALPHABET = "0123456789abcdef";

/**
 * Makes every random-looking value of the sandbox from one seed, so that the same seed and the
 * same calls give the same codes, receipts and ids. Not for secrets: the sandbox holds none.
 */
export class SeededIds {
  #state: number;
  #serial = 0;

  constructor(readonly seed: string) {
    this.#state = hashSeed(seed);
  }

  /** Upper-case letters and digits, as in voucher codes and M-Pesa receipts. */
  code(length: number): string {
    return this.#pick(CODE_ALPHABET, length);
  }

  /** A ten-character M-Pesa receipt number, starting with a letter as real ones do. */
  receipt(): string {
    return this.#pick("QRSTU", 1) + this.code(9);
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

function hashSeed(seed: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
