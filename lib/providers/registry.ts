import type { VoucherProvider } from "./provider";
import { pesavoucher } from "./pesavoucher/client";

/** The only list of providers. */
export const providers: { readonly voucher: () => VoucherProvider } = {
  voucher: pesavoucher,
};
