import type { PromptOutcome } from "@/sandbox/phone/phone-network";
import type { Settings } from "@/sandbox/settings";
import type { Merchant } from "./merchants";

export type PurchaseState = "PENDING" | "SUCCESS" | "FAILED" | "CANCELLED" | "TIMEOUT";

export type PurchaseOrder = {
  merchant: Merchant;
  sessionId: string;
  userRef: string | null;
  prefix: string;
  /** The amount in the redirect; the customer may have changed it. */
  requestedCents: bigint;
  amountCents: bigint;
  msisdn: string;
  callbackUrl: string | null;
  returnUrl: string | null;
  cancelUrl: string | null;
};

export type Purchase = Omit<PurchaseOrder, "merchant"> & {
  id: string;
  merchantId: string;
  merchantName: string;
  state: PurchaseState;
  /** Why it was not paid; null while pending and after success. */
  failure: Exclude<PromptOutcome, "approved"> | "technical" | null;
  receipt: string | null;
  voucherCode: string | null;
  promptId: string | null;
  returnAppend: Settings["returnAppend"] | null;
  createdAtMs: number;
  finishedAtMs: number | null;
  returnedAtMs: number | null;
};
