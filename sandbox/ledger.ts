export type LedgerEntryKind =
  | "opening"
  | "voucher_sold"
  | "voucher_redeemed"
  /** A merchant sent a customer a voucher and paid for it from the wallet. */
  | "voucher_issued"
  /** That customer redeemed it. */
  | "payout_redeemed"
  /** The control API set the wallet. */
  | "adjusted";

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
  /** What a customer got for a voucher; only `payout_redeemed` has it. */
  customerCents: bigint;
  customerEmail: string | null;
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
  /** Everything the merchant sent to customers as vouchers. */
  payoutsCents: bigint;
  payoutsCount: number;
  /** What customers redeemed of it. */
  payoutsRedeemedCents: bigint;
  payoutsRedeemedCount: number;
};

/** What a customer holds with the provider, from redeemed vouchers. */
export type CustomerWallet = { email: string; balanceCents: bigint };

const NOTHING = {
  takenCents: 0n,
  walletCents: 0n,
  floatCents: 0n,
  customerCents: 0n,
  customerEmail: null,
  voucherCode: null,
  paymentId: null,
  receipt: null,
};

/** Amounts left out are zero, references left out are null. */
export type LedgerPosting = Pick<LedgerEntry, "merchantId" | "kind"> &
  Partial<Omit<LedgerEntry, "seq" | "atMs" | "merchantId" | "kind">>;

/** The provider's own books, kept apart from the merchant's so that a test can compare both sides. */
export class ProviderLedger {
  #entries: LedgerEntry[] = [];
  #books = new Map<string, MerchantBooks>();
  #customers = new Map<string, bigint>();

  post(atMs: number, posting: LedgerPosting): LedgerEntry {
    const entry: LedgerEntry = { ...NOTHING, ...posting, seq: this.#entries.length + 1, atMs };
    const books = this.booksOf(entry.merchantId);
    books.walletCents += entry.walletCents;
    books.floatCents += entry.floatCents;
    books.takenCents += entry.takenCents;
    if (entry.kind === "voucher_sold") books.takenCount += 1;
    if (entry.kind === "voucher_redeemed") {
      books.redeemedCents += entry.walletCents;
      books.redeemedCount += 1;
    }
    if (entry.kind === "voucher_issued") {
      books.payoutsCents -= entry.walletCents;
      books.payoutsCount += 1;
    }
    if (entry.kind === "payout_redeemed") {
      books.payoutsRedeemedCents += entry.customerCents;
      books.payoutsRedeemedCount += 1;
    }
    if (entry.customerEmail !== null) {
      const heldCents = this.customerCents(entry.customerEmail);
      this.#customers.set(entry.customerEmail, heldCents + entry.customerCents);
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
      payoutsCents: 0n,
      payoutsCount: 0,
      payoutsRedeemedCents: 0n,
      payoutsRedeemedCount: 0,
    };
    this.#books.set(merchantId, books);
    return books;
  }

  /** What this customer holds with the provider. */
  customerCents(email: string): bigint {
    return this.#customers.get(email) ?? 0n;
  }

  customers(): CustomerWallet[] {
    return [...this.#customers].map(([email, balanceCents]) => ({ email, balanceCents }));
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
    this.#customers.clear();
  }
}
