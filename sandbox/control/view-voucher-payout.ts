import type { VoucherPayout } from "@/sandbox/pesavoucher/voucher-payout";
import type { VoucherState } from "@/sandbox/pesavoucher/voucher-store";
import type { World } from "@/sandbox/world";

export type PayoutVoucherView = Omit<VoucherPayout, "callbackMagic"> & {
  state: VoucherState;
  redeemedAtMs: number | null;
};

/** A voucher sent to a customer, with the state it has at this moment. */
export function viewVoucherPayout(world: World, payout: VoucherPayout): PayoutVoucherView {
  const { callbackMagic: _magic, ...facts } = payout;
  const voucher = world.vouchers.find(payout.code);
  if (!voucher) throw new Error(`Payout ${payout.code} has no voucher`);
  return { ...facts, state: world.vouchers.stateOf(voucher), redeemedAtMs: voucher.redeemedAtMs };
}
