import type { Exchange, UnknownOutcome, Unreached } from "./exchange";
import type { AskOutcome, GatewayRefused, TokenProvider } from "./gateway";

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
