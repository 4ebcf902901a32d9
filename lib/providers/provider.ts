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

/** The connection was never made, so the order provably did not arrive. */
export interface Unreached {
  readonly kind: "unreached";
  readonly exchange: Exchange;
}

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

/** A shortcode we may ask money for, and the keys that let us. Decrypted for one call, never logged. */
export interface CollectionAccount {
  /** The organisation's shortcode: a PayBill number, or the store number behind a till. */
  readonly shortcode: string;
  readonly kind: "paybill" | "till";
  /** Till number that receives the money; null for a PayBill. */
  readonly tillNumber: string | null;
  readonly passkey: string;
}

/** The keys of one app at the provider; its access tokens are shared by every process of ours. */
export interface AppKeys {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

export type TokenOutcome =
  | {
      readonly kind: "accepted";
      readonly accessToken: string;
      readonly lifetimeMs: number;
      readonly exchange: Exchange;
    }
  /** The keys are not good: nothing but other settings helps. */
  | { readonly kind: "refused"; readonly errorCode: string | null; readonly exchange: Exchange }
  | UnknownOutcome;

/**
 * Why the gateway refused a call before M-Pesa saw it. Nothing was sent to a phone, and only what was
 * wrong decides whether the same call may be made again.
 */
export type GatewayRefusal =
  /** The access token is not, or no longer, good: another token and the same call are safe. */
  | "invalid_token"
  /** Another prompt or USSD session is open on that phone. */
  | "subscriber_busy"
  /** We called too fast: later. */
  | "throttled"
  /** We called too often today: much later. */
  | "quota_used"
  /** Keys, shortcode, passkey or products do not fit together. */
  | "misconfigured"
  /** The phone number is not one they prompt. */
  | "phone_refused"
  /** The request is wrong in some other way; `errorMessage` in the exchange says how. */
  | "bad_request";

/** A call that was turned away before M-Pesa saw it. */
export interface GatewayRefused {
  readonly kind: "refused";
  readonly refusal: GatewayRefusal;
  readonly errorCode: string | null;
  readonly exchange: Exchange;
}

export type PromptOutcome =
  /** The prompt is on its way; nothing is paid. */
  | {
      readonly kind: "accepted";
      readonly checkoutRequestId: string;
      readonly merchantRequestId: string | null;
      readonly exchange: Exchange;
    }
  | GatewayRefused
  | UnknownOutcome;

export type PromptResultOutcome =
  /** A result code for this prompt; `resultText` decides only where the code alone is ambiguous. */
  | {
      readonly kind: "answered";
      readonly resultCode: string;
      readonly resultText: string;
      readonly exchange: Exchange;
    }
  /** The customer has not decided yet, in whichever of its three shapes it was said. */
  | { readonly kind: "in_flight"; readonly exchange: Exchange }
  /** The provider does not know the prompt, or had a hiccup that reads the same: concludes nothing. */
  | { readonly kind: "not_known"; readonly exchange: Exchange }
  | GatewayRefused
  | UnknownOutcome;

/** A provider whose calls need an access token that all our processes share. */
export interface TokenProvider {
  readonly name: string;
  requestToken(keys: AppKeys): Promise<TokenOutcome>;
}

/** A provider that prompts a phone for money. Each call is made once; none is repeated here. */
export interface PromptProvider extends TokenProvider {
  /** Sends a prompt to a phone. `unknown` may mean that the phone shows it. */
  prompt(
    access: { account: CollectionAccount; accessToken: string },
    input: {
      /** E.164. */
      phone: string;
      amountCents: bigint;
      /** At most 12 letters and digits; shown in the prompt and printed in the payer's SMS. */
      reference: string;
      /** At most 13 letters and digits. */
      description: string;
      callbackUrl: string;
    },
  ): Promise<PromptOutcome>;
  /** Asks what became of a prompt. Moves nothing. */
  promptResult(
    access: { account: CollectionAccount; accessToken: string },
    input: { checkoutRequestId: string },
  ): Promise<PromptResultOutcome>;
}

/** A shortcode that pays out, and the operator that may. Decrypted for one call, never logged. */
export interface PayoutAccount {
  readonly shortcode: string;
  readonly initiatorName: string;
  /** The operator's password, encrypted for the provider; the same value may be used again. */
  readonly securityCredential: string;
  /** BusinessPayment, SalaryPayment or PromotionPayment. */
  readonly commandId: string;
}

export type PayOutOutcome =
  /** Taken into the provider's queue; nothing is paid. The result comes to the addresses given. */
  | {
      readonly kind: "accepted";
      readonly conversationId: string | null;
      readonly exchange: Exchange;
    }
  /** An order with this reference was taken before: look that one up. */
  | { readonly kind: "duplicate"; readonly exchange: Exchange }
  | GatewayRefused
  | Unreached
  | UnknownOutcome;

export type AskOutcome =
  /** The answer comes to the addresses given. */
  { readonly kind: "accepted"; readonly exchange: Exchange } | GatewayRefused | UnknownOutcome;

/** A provider that sends money to a phone. Each call is made once; none is repeated here. */
export interface PayoutProvider extends TokenProvider {
  /** Sends money to a phone. `unknown` may mean that it goes out. */
  payOut(
    access: { account: PayoutAccount; accessToken: string },
    input: {
      /** Ours, fixed for one payout; the provider takes each only once. */
      reference: string;
      /** E.164. */
      phone: string;
      amountCents: bigint;
      /** 2 to 100 letters, digits and spaces. */
      remarks: string;
      resultUrl: string;
      timeoutUrl: string;
    },
  ): Promise<PayOutOutcome>;
  /** Asks what became of a payout. Moves nothing; the answer comes later, to the addresses given. */
  askPayout(
    access: { account: PayoutAccount; accessToken: string },
    input: { reference: string; resultUrl: string; timeoutUrl: string },
  ): Promise<AskOutcome>;
}

/** A shortcode, and the operator that may ask and reverse there. Decrypted for one call, never logged. */
export interface OperatorAccount {
  readonly shortcode: string;
  readonly initiatorName: string;
  /** The operator's password, encrypted for the provider; the same value may be used again. */
  readonly securityCredential: string;
}

export type ReverseOutcome =
  /** Taken into the provider's queue; nothing went back. The result comes to the addresses given. */
  | {
      readonly kind: "accepted";
      readonly conversationId: string | null;
      /** Made by the provider; with the receipt it is what the order can be asked about by. */
      readonly originatorConversationId: string | null;
      readonly exchange: Exchange;
    }
  | GatewayRefused
  | Unreached
  | UnknownOutcome;

/** A provider that sends a payment back to whoever paid. Each call is made once; none is repeated here. */
export interface ReversalProvider extends TokenProvider {
  /**
   * Orders that one received payment goes back, whole, to whoever paid it. `unknown` may mean that it goes
   * back. There is no reference of ours: all that protects is that a payment is reversed only once.
   */
  reverse(
    access: { account: OperatorAccount; accessToken: string },
    input: {
      receipt: string;
      /** What was paid, in whole shillings. */
      amountCents: bigint;
      /** 2 to 100 letters, digits and spaces. */
      remarks: string;
      resultUrl: string;
      timeoutUrl: string;
    },
  ): Promise<ReverseOutcome>;
  /**
   * Asks about one transaction, by its receipt or by the originator conversation id of its order. Moves
   * nothing; the answer comes later, to the addresses given.
   */
  askTransaction(
    access: { account: OperatorAccount; accessToken: string },
    input: ({ receipt: string } | { originatorConversationId: string }) & {
      resultUrl: string;
      timeoutUrl: string;
    },
  ): Promise<AskOutcome>;
}

export type RegisterOutcome =
  | {
      readonly kind: "accepted";
      /**
       * True when something was registered before, which then stays as it is. Nothing tells what: addresses
       * that are not ours read the same.
       */
      readonly wasRegistered: boolean;
      readonly exchange: Exchange;
    }
  | GatewayRefused
  | UnknownOutcome;

/** One payment as the provider's own list has it. */
export interface PulledTransaction {
  readonly receipt: string;
  /** Up to three hours wrong, for nobody knows the zone of the list: never matched on. */
  readonly paidAt: Date;
  readonly amountCents: bigint;
  /** What the payer typed or was prompted with; null where there is none. */
  readonly reference: string | null;
  /** A number, a masked one or a hash, as sent. Never matched on. */
  readonly payer: string | null;
  /** The provider's word for the kind of payment; empty where it names none. */
  readonly description: string;
}

export type PullOutcome =
  | {
      readonly kind: "answered";
      readonly rows: readonly PulledTransaction[];
      /** Rows that could not be read. They count for the next page's offset like the others. */
      readonly unreadable: number;
      /** True for a page without rows, which alone ends the list: nobody tells how long a page is. */
      readonly isLast: boolean;
      readonly exchange: Exchange;
    }
  | GatewayRefused
  | UnknownOutcome;

type ShortcodeAccess = { account: { readonly shortcode: string }; accessToken: string };

/** A provider that tells of payments it has received for a shortcode. Moves nothing. */
export interface HistoryProvider extends TokenProvider {
  /** Opens the list of payments of a shortcode; once, for ever. */
  registerPull(
    access: ShortcodeAccess,
    input: {
      /** E.164: the line that is named in the shortcode's papers, not the shortcode. */
      nominatedNumber: string;
      callbackUrl: string;
    },
  ): Promise<RegisterOutcome>;
  /**
   * One page of the payments received between two moments, at most 48 hours back. Rows that cannot be
   * read are counted, never dropped silently.
   */
  pullTransactions(
    access: ShortcodeAccess,
    input: {
      from: Date;
      to: Date;
      /** How many rows to pass over. */
      offset: number;
    },
  ): Promise<PullOutcome>;
  /** Names the addresses that hear of each payment. The real service takes them once, for ever. */
  registerCollectionUrls(
    access: ShortcodeAccess,
    input: {
      /** Fixed by the product the app has. */
      version: "v1" | "v2";
      confirmationUrl: string;
      validationUrl: string;
      /** What becomes of a payment while the validation address does not answer. */
      whenUnreachable: "Completed" | "Cancelled";
    },
  ): Promise<RegisterOutcome>;
}
