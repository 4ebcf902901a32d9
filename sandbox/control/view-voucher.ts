import type { Voucher, VoucherState } from "@/sandbox/pesavoucher/voucher-store";
import type { World } from "@/sandbox/world";

export type VoucherView = Voucher & { state: VoucherState };

/** A voucher with the state it has at this moment. */
export function viewVoucher(world: World, voucher: Voucher): VoucherView {
  return { ...voucher, state: world.vouchers.stateOf(voucher) };
}
