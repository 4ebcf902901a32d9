import type { Exchange, UnknownOutcome, Unreached } from "./exchange";
import type { AskOutcome, GatewayRefused, TokenProvider } from "./gateway";

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
