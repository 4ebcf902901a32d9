import type { z } from "zod";

import type { LedgerEntry, MerchantBooks } from "@/sandbox/ledger";
import type { Merchant } from "@/sandbox/pesavoucher/merchants";
import type { Purchase } from "@/sandbox/pesavoucher/purchase-desk";
import type { Voucher, VoucherState } from "@/sandbox/pesavoucher/voucher-store";
import type { World } from "@/sandbox/world";
import type { createVoucherSchema, startPaymentSchema } from "./control-schemas";

export type VoucherView = Voucher & { state: VoucherState };
export type LedgerView = {
  merchants: (MerchantBooks & {
    name: string;
    outstandingCents: bigint;
    outstandingCount: number;
  })[];
  entries: LedgerEntry[];
};

/** A mistake in a control call; the message says which. */
export class ControlError extends Error {
  constructor(
    readonly status: 400 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

/** Makes a voucher without page or phone, in whatever state a test needs. */
export function createVoucher(
  world: World,
  input: z.output<typeof createVoucherSchema>,
): { voucher: VoucherView; payment: Purchase | null } {
  const merchant = merchantOf(world, input.merchantId);
  if (input.code !== undefined && world.vouchers.find(input.code)) {
    throw new ControlError(409, `voucher ${input.code} exists already`);
  }
  if (input.state === "payout") {
    return { voucher: viewVoucher(world, addPayout(world, merchant, input)), payment: null };
  }
  const payment = world.desk.sell(
    {
      merchant,
      sessionId: input.sessionId ?? world.ids.uuid(),
      userRef: input.userRef ?? null,
      prefix: input.prefix ?? merchant.prefixes[0] ?? "",
      requestedCents: input.amountCents,
      amountCents: input.amountCents,
      msisdn: input.msisdn ?? "254700000000",
      callbackUrl: input.callbackUrl ?? null,
      returnUrl: null,
      cancelUrl: null,
    },
    { code: input.code },
  );
  const voucher = world.vouchers.find(payment.voucherCode ?? "");
  if (!voucher) throw new Error("A sold voucher is missing from the store");
  if (input.state === "expired") voucher.expiresAtMs = world.clock.nowMs() - 1;
  if (input.state === "redeemed") markRedeemed(world, voucher);
  return { voucher: viewVoucher(world, voucher), payment };
}

/** Starts a purchase as the hosted page does, without the page: the prompt goes to the phone. */
export function startPayment(world: World, input: z.output<typeof startPaymentSchema>): Purchase {
  const merchant = merchantOf(world, input.merchantId);
  return world.desk.start({
    merchant,
    sessionId: input.sessionId,
    userRef: input.userRef ?? null,
    prefix: input.prefix ?? merchant.prefixes[0] ?? "",
    requestedCents: input.amountCents,
    amountCents: input.amountCents,
    msisdn: input.msisdn,
    callbackUrl: input.callbackUrl ?? null,
    returnUrl: input.returnUrl ?? null,
    cancelUrl: input.cancelUrl ?? null,
  });
}

export function viewVoucher(world: World, voucher: Voucher): VoucherView {
  return { ...voucher, state: world.vouchers.stateOf(voucher) };
}

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

function merchantOf(world: World, id: string | undefined): Merchant {
  const merchant = id === undefined ? world.merchants.own : world.merchants.byId(id);
  if (!merchant) throw new ControlError(404, `no merchant ${id}`);
  return merchant;
}

function markRedeemed(world: World, voucher: Voucher): void {
  const nowMs = world.clock.nowMs();
  voucher.redeemedAtMs = nowMs;
  voucher.redeemedBy = "sandbox-control";
  world.ledger.post(nowMs, {
    merchantId: voucher.merchantId,
    kind: "voucher_redeemed",
    takenCents: 0n,
    walletCents: voucher.amountCents,
    floatCents: -voucher.amountCents,
    voucherCode: voucher.code,
    paymentId: voucher.paymentId,
    receipt: voucher.receipt,
  });
}

function addPayout(
  world: World,
  merchant: Merchant,
  input: z.output<typeof createVoucherSchema>,
): Voucher {
  const nowMs = world.clock.nowMs();
  const code = input.code ?? `NLV-${world.ids.code(16)}`;
  world.ledger.post(nowMs, {
    merchantId: merchant.id,
    kind: "voucher_issued",
    takenCents: 0n,
    walletCents: -input.amountCents,
    floatCents: input.amountCents,
    voucherCode: code,
    paymentId: null,
    receipt: null,
  });
  return world.vouchers.add({
    code,
    kind: "payout",
    merchantId: merchant.id,
    amountCents: input.amountCents,
    paymentId: null,
    sessionId: null,
    receipt: null,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + world.settings.current.voucherLifetimeMs,
    redeemedAtMs: null,
    redeemedBy: null,
    redemptionCallbackUrl: null,
  });
}
