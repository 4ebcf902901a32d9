import { daraja } from "./daraja/client";
import { pesavoucher } from "./pesavoucher/client";
import type { PromptProvider } from "./collects";
import type { HistoryProvider } from "./lists-history";
import type { PayoutProvider } from "./pays-out";
import type { ReversalProvider } from "./reverses";
import type { VoucherProvider } from "./sells-vouchers";

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
