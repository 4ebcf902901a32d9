import type { Exchange, UnknownOutcome } from "./exchange";
import type { GatewayRefused, TokenProvider } from "./gateway";

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
