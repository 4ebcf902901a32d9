import { daraja } from "./daraja/client";
import { pesavoucher } from "./pesavoucher/client";
import type { PromptProvider, VoucherProvider } from "./provider";

/** The only list of providers. */
export const providers: {
  readonly voucher: () => VoucherProvider;
  readonly prompt: () => PromptProvider;
} = {
  voucher: pesavoucher,
  prompt: daraja,
};
