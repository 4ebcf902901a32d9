import type { Exchange, UnknownOutcome } from "./exchange";
import type { GatewayRefused, TokenProvider } from "./gateway";

/** A shortcode we may ask money for, and the keys that let us. Decrypted for one call, never logged. */
export interface CollectionAccount {
  /** The organisation's shortcode: a PayBill number, or the store number behind a till. */
  readonly shortcode: string;
  readonly kind: "paybill" | "till";
  /** Till number that receives the money; null for a PayBill. */
  readonly tillNumber: string | null;
  readonly passkey: string;
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
