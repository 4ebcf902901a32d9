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
export async function createVoucher(
  world: World,
  input: z.output<typeof createVoucherSchema>,
): Promise<{ voucher: VoucherView; payment: Purchase | null }> {
  const merchant = findMerchant(world, input.merchantId);
  if (input.code !== undefined && world.vouchers.find(input.code)) {
    throw new ControlError(409, `voucher ${input.code} exists already`);
  }
  if (input.state === "payout") {
    return { voucher: viewVoucher(world, await addPayout(world, merchant, input)), payment: null };
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

async function addPayout(
  world: World,
  merchant: Merchant,
  input: z.output<typeof createVoucherSchema>,
): Promise<Voucher> {
  const payout = world.voucherPayouts.issue({
    merchant,
    code: input.code,
    uniqueId: input.uniqueId ?? null,
    email: input.email ?? "asha@example.com",
    amountCents: input.amountCents,
    message: null,
    callbackUrl: input.callbackUrl ?? null,
  });
  await world.voucherPayouts.announceCreated(payout);
  const voucher = world.vouchers.find(payout.code);
  if (!voucher) throw new Error("A voucher just sent is missing from the store");
  return voucher;
}
