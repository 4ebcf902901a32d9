/** A shortcode that may be asked for its payments. */
export type PullRegistration = {
  shortcode: string;
  nominatedNumber: string;
  callbackUrl: string;
  registeredAtMs: number;
};

/** Who has registered for Pull; once is for ever. */
export class PullRegistrations {
  #byShortcode = new Map<string, PullRegistration>();

  /** False when the shortcode was there already; then nothing changes. */
  add(registration: PullRegistration): boolean {
    if (this.#byShortcode.has(registration.shortcode)) return false;
    this.#byShortcode.set(registration.shortcode, registration);
    return true;
  }

  has(shortcode: string): boolean {
    return this.#byShortcode.has(shortcode);
  }

  list(): PullRegistration[] {
    return [...this.#byShortcode.values()];
  }

  reset(): void {
    this.#byShortcode.clear();
  }
}
