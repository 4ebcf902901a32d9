import type { Exchange, UnknownOutcome } from "./exchange";

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

/** A provider whose calls need an access token that all our processes share. */
export interface TokenProvider {
  readonly name: string;
  requestToken(keys: AppKeys): Promise<TokenOutcome>;
}

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

export type AskOutcome =
  /** The answer comes to the addresses given. */
  { readonly kind: "accepted"; readonly exchange: Exchange } | GatewayRefused | UnknownOutcome;
