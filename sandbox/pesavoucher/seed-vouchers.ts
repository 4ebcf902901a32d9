import type { ProviderLedger } from "@/sandbox/ledger";
import type { Merchant, MerchantDirectory } from "./merchants";
import type { VoucherPayoutDesk } from "./payout-desk";
import type { Voucher, VoucherStore } from "./voucher-store";

const YEAR_MS = 365 * 86_400_000;

/**
 * Opens every merchant's books and lays out one code of each kind. The codes are fixed, so that
 * people can type them from the help page and tests can name them.
 */
export function seedVouchers(world: {
  merchants: MerchantDirectory;
  vouchers: VoucherStore;
  voucherPayouts: VoucherPayoutDesk;
  ledger: ProviderLedger;
  nowMs: number;
}): void {
  for (const merchant of world.merchants.all) openBooks(world.ledger, merchant, world.nowMs);
  for (const voucher of listSeededVouchers(world.merchants, world.nowMs)) {
    if (voucher.kind === "payout") {
      adoptPayout(world.voucherPayouts, voucher);
      continue;
    }
    world.vouchers.add(voucher);
    // The used code was settled before these books open, so it is in the opening balance.
    if (voucher.redeemedAtMs === null) postSale(world.ledger, voucher);
  }
}

/** The seeded codes with their meaning, in the order the help page shows them. */
export function listSeededVouchers(merchants: MerchantDirectory, nowMs: number): Voucher[] {
  const [own = ""] = merchants.own.prefixes;
  const stranger = merchants.all.find((merchant) => merchant.id === "zed-demo-merchant");
  const make = (code: string, amountCents: bigint, changes: Partial<Voucher> = {}): Voucher => ({
    code,
    kind: "purchase",
    merchantId: merchants.own.id,
    amountCents,
    paymentId: null,
    sessionId: null,
    receipt: null,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + YEAR_MS,
    redeemedAtMs: null,
    redeemedBy: null,
    redemptionCallbackUrl: null,
    ...changes,
  });
  return [
    make(`${own}-DEMOVALID0000500`, 50_000n),
    make(`${own}-DEMOVALID0001250`, 125_000n),
    make(`${own}-DEMOEXPIRED00750`, 75_000n, { expiresAtMs: nowMs - 1_000 }),
    make(`${own}-DEMOUSED00000300`, 30_000n, { redeemedAtMs: nowMs, redeemedBy: "sandbox-seed" }),
    make(`${stranger?.prefixes[0] ?? "ZED"}-DEMOVALID0000400`, 40_000n, {
      merchantId: stranger?.id ?? "zed-demo-merchant",
    }),
    // The stranger's, so that the books of the shop under test begin without payouts.
    make("NLV-DEMOPAYOUT000600", 60_000n, {
      kind: "payout",
      merchantId: stranger?.id ?? "zed-demo-merchant",
    }),
  ];
}

function adoptPayout(desk: VoucherPayoutDesk, voucher: Voucher): void {
  desk.adopt({
    code: voucher.code,
    merchantId: voucher.merchantId,
    uniqueId: null,
    transactionId: "DEMOPAYOUT",
    email: "asha@example.com",
    amountCents: voucher.amountCents,
    message: null,
    callbackUrl: null,
    createdAtMs: voucher.createdAtMs,
    callbackMagic: {},
  });
}

function openBooks(ledger: ProviderLedger, merchant: Merchant, nowMs: number): void {
  ledger.post(nowMs, {
    merchantId: merchant.id,
    kind: "opening",
    takenCents: 0n,
    walletCents: merchant.openingWalletCents,
    floatCents: merchant.openingFloatCents,
    voucherCode: null,
    paymentId: null,
    receipt: null,
  });
}

function postSale(ledger: ProviderLedger, voucher: Voucher): void {
  ledger.post(voucher.createdAtMs, {
    merchantId: voucher.merchantId,
    kind: "voucher_sold",
    takenCents: voucher.amountCents,
    walletCents: 0n,
    floatCents: 0n,
    voucherCode: voucher.code,
    paymentId: voucher.paymentId,
    receipt: voucher.receipt,
  });
}
