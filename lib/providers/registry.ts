import { daraja } from "./daraja/client";
import { pesavoucher } from "./pesavoucher/client";
import type {
  HistoryProvider,
  PayoutProvider,
  PromptProvider,
  ReversalProvider,
  VoucherProvider,
} from "./provider";

/** The only list of providers. */
export const providers: {
  readonly voucher: () => VoucherProvider;
  readonly prompt: () => PromptProvider;
  readonly payout: () => PayoutProvider;
  readonly reversal: () => ReversalProvider;
  readonly history: () => HistoryProvider;
} = {
  voucher: pesavoucher,
  prompt: daraja,
  payout: daraja,
  reversal: daraja,
  history: daraja,
};
