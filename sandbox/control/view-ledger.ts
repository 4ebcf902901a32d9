import type { LedgerEntry, MerchantBooks } from "@/sandbox/ledger";
import type { World } from "@/sandbox/world";

export type LedgerView = {
  merchants: (MerchantBooks & {
    name: string;
    outstandingCents: bigint;
    outstandingCount: number;
  })[];
  entries: LedgerEntry[];
};

/** The provider's books: per merchant the totals and what is sold but not redeemed, and the entries. */
export function viewLedger(
  world: World,
  filter: { merchantId?: string | undefined; limit: number },
): LedgerView {
  const merchants = world.merchants.all.filter(
    (merchant) => filter.merchantId === undefined || merchant.id === filter.merchantId,
  );
  const outstanding = new Map(merchants.map((merchant) => [merchant.id, { cents: 0n, count: 0 }]));
  for (const voucher of world.vouchers.all()) {
    const total = outstanding.get(voucher.merchantId);
    if (!total || voucher.kind !== "purchase" || voucher.redeemedAtMs !== null) continue;
    total.cents += voucher.amountCents;
    total.count += 1;
  }
  return {
    merchants: merchants.map((merchant) => ({
      ...world.ledger.booksOf(merchant.id),
      name: merchant.name,
      outstandingCents: outstanding.get(merchant.id)?.cents ?? 0n,
      outstandingCount: outstanding.get(merchant.id)?.count ?? 0,
    })),
    entries: filter.limit === 0 ? [] : world.ledger.entries(filter),
  };
}
