import type { CustomerWallet, LedgerEntry, MerchantBooks } from "@/sandbox/ledger";
import type { VoucherKind } from "@/sandbox/pesavoucher/voucher-store";
import type { World } from "@/sandbox/world";

export type LedgerView = {
  merchants: (MerchantBooks & {
    name: string;
    outstandingCents: bigint;
    outstandingCount: number;
    /** Sent to customers and not redeemed by them, counted from the vouchers themselves. */
    payoutsOutstandingCents: bigint;
    payoutsOutstandingCount: number;
  })[];
  /** What customers hold from vouchers they redeemed. */
  customers: CustomerWallet[];
  entries: LedgerEntry[];
};

/** The provider's books: per merchant the totals and what is not redeemed, customers, the entries. */
export function viewLedger(
  world: World,
  filter: { merchantId?: string | undefined; limit: number },
): LedgerView {
  const merchants = world.merchants.all.filter(
    (merchant) => filter.merchantId === undefined || merchant.id === filter.merchantId,
  );
  const sold = totalOutstanding(world, "purchase");
  const sent = totalOutstanding(world, "payout");
  return {
    merchants: merchants.map((merchant) => ({
      ...world.ledger.booksOf(merchant.id),
      name: merchant.name,
      outstandingCents: sold.get(merchant.id)?.cents ?? 0n,
      outstandingCount: sold.get(merchant.id)?.count ?? 0,
      payoutsOutstandingCents: sent.get(merchant.id)?.cents ?? 0n,
      payoutsOutstandingCount: sent.get(merchant.id)?.count ?? 0,
    })),
    customers: world.ledger.customers(),
    entries: filter.limit === 0 ? [] : world.ledger.entries(filter),
  };
}

type Total = { cents: bigint; count: number };

/** Per merchant, the vouchers of a kind that nobody has redeemed. */
function totalOutstanding(world: World, kind: VoucherKind): Map<string, Total> {
  const totals = new Map<string, Total>();
  for (const voucher of world.vouchers.all()) {
    if (voucher.kind !== kind || voucher.redeemedAtMs !== null) continue;
    const total = totals.get(voucher.merchantId) ?? { cents: 0n, count: 0 };
    total.cents += voucher.amountCents;
    total.count += 1;
    totals.set(voucher.merchantId, total);
  }
  return totals;
}
