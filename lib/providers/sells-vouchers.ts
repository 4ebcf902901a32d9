import type { Exchange, UnknownOutcome, Unreached } from "./exchange";

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

/** Why a provider would not pay somebody. Nothing moved. */
export type PayoutRefusal =
  /** Nobody has that e-mail address, or the line is not registered. */
  | "receiver_unknown"
  /** The merchant has not enough money there. */
  | "float_empty"
  | "amount_too_small"
  | "amount_too_large"
  /** Keys, operator or products do not fit together: nothing but other settings helps. */
  | "misconfigured";

export type IssueOutcome =
  | {
      readonly kind: "accepted";
      readonly code: string;
      readonly amountCents: bigint;
      readonly transactionId: string | null;
      readonly exchange: Exchange;
    }
  /** In words we know. A refusal in other words is `unknown`: it may be about something else. */
  | { readonly kind: "refused"; readonly refusal: PayoutRefusal; readonly exchange: Exchange }
  | Unreached
  | UnknownOutcome;

export type BalanceOutcome =
  | { readonly kind: "answered"; readonly balanceCents: bigint; readonly exchange: Exchange }
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
  /**
   * Issues a voucher to whoever has this e-mail address there, out of the merchant's balance. `unknown`
   * may mean that it was issued, and the same `uniqueId` again may issue a second one: never repeated.
   */
  issue(input: {
    email: string;
    amountCents: bigint;
    /** Ours, fixed for one payout; echoed, and no protection against a second voucher. */
    uniqueId: string;
    /** Printed in the e-mail; null for none. */
    message: string | null;
    callbackUrl: string;
  }): Promise<IssueOutcome>;
  /** What the merchant has there. Moves nothing. */
  balance(): Promise<BalanceOutcome>;
}
