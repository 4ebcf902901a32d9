/** One exchange with a provider, for the case file. Secrets and codes are struck out already. */
export interface Exchange {
  readonly operation: string;
  readonly request: Readonly<Record<string, string | null>>;
  readonly response: Readonly<Record<string, unknown>> | null;
  readonly httpStatus: number | null;
  readonly durationMs: number;
}

/** Why we do not know what a provider did. */
export type UnknownCause = "timeout" | "connection" | "server_error" | "bad_response";

/** Neither yes nor no: never treated as failed, never blindly repeated, always looked up. */
export interface UnknownOutcome {
  readonly kind: "unknown";
  readonly because: UnknownCause;
  readonly exchange: Exchange;
}

/** Why a voucher code is no good, in our words. */
export type VoucherRefusal =
  "already_used" | "not_found" | "payout_code" | "wrong_merchant" | "expired" | "not_accepted";

export type ValidateOutcome =
  | { readonly kind: "valid"; readonly exchange: Exchange }
  | { readonly kind: "refused"; readonly refusal: VoucherRefusal; readonly exchange: Exchange }
  | UnknownOutcome;

export type RedeemOutcome =
  | { readonly kind: "accepted"; readonly amountCents: bigint; readonly exchange: Exchange }
  | { readonly kind: "refused"; readonly refusal: VoucherRefusal; readonly exchange: Exchange }
  | UnknownOutcome;

/** A payment's fate at the provider, whichever of its spellings it used. */
export type PaymentFate =
  "succeeded" | "failed" | "cancelled" | "timed_out" | "pending" | "unclear";

export type StatusOutcome =
  | { readonly kind: "answered"; readonly fate: PaymentFate; readonly exchange: Exchange }
  | { readonly kind: "refused"; readonly exchange: Exchange }
  | UnknownOutcome;

/** A provider that sells vouchers to customers and burns them for the merchant. */
export interface VoucherProvider {
  readonly name: string;
  /** Where the customer buys. Every parameter is editable by the customer, so none is believed later. */
  purchaseUrl(purchase: {
    amountCents: bigint;
    sessionId: string;
    customerId: string;
    callbackUrl: string;
    returnUrl: string;
    cancelUrl: string;
  }): string;
  /** Reads a code's standing. Moves nothing; may be repeated freely. */
  validate(input: { code: string }): Promise<ValidateOutcome>;
  /** Burns the code for the merchant. `unknown` may mean that it is burnt. */
  redeem(input: { code: string; redeemedBy: string; callbackUrl: string }): Promise<RedeemOutcome>;
  /** Asks what became of a purchase. Moves nothing. */
  paymentStatus(input: { paymentId: string }): Promise<StatusOutcome>;
}
