export type LedgerEntryKind = "opening" | "voucher_sold" | "voucher_redeemed" | "voucher_issued";

export type LedgerEntry = {
  seq: number;
  atMs: number;
  merchantId: string;
  kind: LedgerEntryKind;
  /** What a customer paid over M-Pesa; only `voucher_sold` has it. */
  takenCents: bigint;
  /** Change of the merchant's money at the provider. */
  walletCents: bigint;
  /** Change of the provider's money parked with the merchant: the opposite sign. */
  floatCents: bigint;
  voucherCode: string | null;
  paymentId: string | null;
  receipt: string | null;
};

export type MerchantBooks = {
  merchantId: string;
  walletCents: bigint;
  floatCents: bigint;
  /** Everything customers paid for this merchant's vouchers. */
  takenCents: bigint;
  takenCount: number;
  /** Everything the merchant redeemed, of all codes. */
  redeemedCents: bigint;
  redeemedCount: number;
};

export type LedgerPosting = Omit<LedgerEntry, "seq" | "atMs">;

/** The provider's own books, kept apart from the merchant's so that a test can compare both sides. */
export class ProviderLedger {
  #entries: LedgerEntry[] = [];
  #books = new Map<string, MerchantBooks>();

  post(atMs: number, posting: LedgerPosting): LedgerEntry {
    const entry: LedgerEntry = { ...posting, seq: this.#entries.length + 1, atMs };
    const books = this.booksOf(entry.merchantId);
    books.walletCents += entry.walletCents;
    books.floatCents += entry.floatCents;
    books.takenCents += entry.takenCents;
    if (entry.kind === "voucher_sold") books.takenCount += 1;
    if (entry.kind === "voucher_redeemed") {
      books.redeemedCents += entry.walletCents;
      books.redeemedCount += 1;
    }
    this.#entries.push(entry);
    return entry;
  }

  booksOf(merchantId: string): MerchantBooks {
    const found = this.#books.get(merchantId);
    if (found) return found;
    const books: MerchantBooks = {
      merchantId,
      walletCents: 0n,
      floatCents: 0n,
      takenCents: 0n,
      takenCount: 0,
      redeemedCents: 0n,
      redeemedCount: 0,
    };
    this.#books.set(merchantId, books);
    return books;
  }

  /** Oldest first, the newest `limit` entries of one merchant or of all. */
  entries(
    filter: { merchantId?: string | undefined; limit?: number | undefined } = {},
  ): LedgerEntry[] {
    const mine = filter.merchantId
      ? this.#entries.filter((entry) => entry.merchantId === filter.merchantId)
      : this.#entries;
    return mine.slice(-(filter.limit ?? 1_000));
  }

  reset(): void {
    this.#entries = [];
    this.#books.clear();
  }
}
