/** What M-Pesa does when the shop does not say whether it wants a payment. */
export type ResponseType = "Completed" | "Cancelled";

/** `v1` names the payer by a hash, `v2` by a masked number. */
export type C2bVersion = "v1" | "v2";

/** Where a shortcode hears of what customers pay by themselves. */
export type CollectionAddresses = {
  shortcode: string;
  version: C2bVersion;
  responseType: ResponseType;
  confirmationUrl: string;
  validationUrl: string;
  registeredAtMs: number;
};

/** The registered addresses of every shortcode, and who is asked before money moves. */
export class CollectionUrls {
  #byShortcode = new Map<string, CollectionAddresses>();
  #askedFirst = new Set<string>();

  register(addresses: CollectionAddresses): CollectionAddresses {
    this.#byShortcode.set(addresses.shortcode, addresses);
    return addresses;
  }

  find(shortcode: string): CollectionAddresses | undefined {
    return this.#byShortcode.get(shortcode);
  }

  list(): CollectionAddresses[] {
    return [...this.#byShortcode.values()];
  }

  /** Removes the addresses of one shortcode, or of all. Returns how many went. */
  remove(shortcode?: string): number {
    if (shortcode !== undefined) return Number(this.#byShortcode.delete(shortcode));
    const count = this.#byShortcode.size;
    this.#byShortcode.clear();
    return count;
  }

  /** Whether this shortcode is asked about every payment: the provider switches it on by e-mail. */
  isAskedFirst(shortcode: string): boolean {
    return this.#askedFirst.has(shortcode);
  }

  setAskedFirst(shortcode: string, isAsked: boolean): void {
    if (isAsked) this.#askedFirst.add(shortcode);
    else this.#askedFirst.delete(shortcode);
  }

  reset(): void {
    this.#byShortcode.clear();
    this.#askedFirst.clear();
  }
}
