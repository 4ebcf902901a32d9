import type { CallbackScript } from "@/sandbox/callbacks/callback-script";

/** A voucher a merchant sent to a customer: what the merchant asked for, beside the code itself. */
export type VoucherPayout = {
  code: string;
  merchantId: string;
  /** The merchant's own reference, which the provider only echoes. */
  uniqueId: string | null;
  transactionId: string;
  email: string;
  amountCents: bigint;
  message: string | null;
  callbackUrl: string | null;
  createdAtMs: number;
  /** What the e-mail's magic ending does to every callback about it. */
  callbackMagic: CallbackScript;
};
