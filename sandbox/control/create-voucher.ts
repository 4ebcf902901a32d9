import type { z } from "zod";

import type { Merchant } from "@/sandbox/pesavoucher/merchants";
import type { Purchase } from "@/sandbox/pesavoucher/purchase";
import type { Voucher } from "@/sandbox/pesavoucher/voucher-store";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";
import type { createVoucherSchema } from "./control-schemas";
import { findMerchant } from "./find-merchant";
import { viewVoucher, type VoucherView } from "./view-voucher";

/** Makes a voucher without page or phone, in whatever state a test needs. */
export function createVoucher(
  world: World,
  input: z.output<typeof createVoucherSchema>,
): { voucher: VoucherView; payment: Purchase | null } {
  const merchant = findMerchant(world, input.merchantId);
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
