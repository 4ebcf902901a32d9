import type { DarajaAccount } from "./accounts";

export type PushOrder = {
  account: DarajaAccount;
  partyB: string;
  msisdn: string;
  amountCents: bigint;
  accountReference: string;
  transactionDesc: string;
  callbackUrl: string;
};

/** One request to a customer's phone, as the provider remembers it. */
export type Push = Omit<PushOrder, "account"> & {
  checkoutRequestId: string;
  merchantRequestId: string;
  /** The BusinessShortCode it was asked for. */
  shortcode: string;
  businessName: string;
  state: "open" | "ended";
  /** As text, because some codes have letters; null while open. */
  resultCode: string | null;
  resultDesc: string | null;
  receipt: string | null;
  promptId: string | null;
  /** The callback about it; null before the end, and for ever if none could be made. */
  callbackId: string | null;
  createdAtMs: number;
  endedAtMs: number | null;
};

export type PushResult = {
  resultCode: string;
  /** Left out: the usual words of the code. */
  resultDesc?: string | undefined;
  receipt?: string | null | undefined;
};
