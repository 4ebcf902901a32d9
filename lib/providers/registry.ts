import { daraja } from "./daraja/client";
import { pesavoucher } from "./pesavoucher/client";
import type { PayoutProvider, PromptProvider, VoucherProvider } from "./provider";

/** The only list of providers. */
export const providers: {
  readonly voucher: () => VoucherProvider;
  readonly prompt: () => PromptProvider;
  readonly payout: () => PayoutProvider;
} = {
  voucher: pesavoucher,
  prompt: daraja,
  payout: daraja,
};
