import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { FaultEffect } from "@/sandbox/faults";
import { localPartOf } from "@/sandbox/kit/email";

/** What one ending of an e-mail's local part makes happen to a voucher sent to it. */
export type PayoutMagic = {
  ending: string;
  title: string;
  /** The wallet looks empty, whatever it holds. */
  noFunds?: boolean;
  /** On the first try of a unique_id the connection is cut and nothing has happened. */
  cutBefore?: boolean;
  /** On the first try of a unique_id, after the voucher has been made. */
  afterwards?: FaultEffect;
  /** Done to every callback about the voucher. */
  callbacks?: CallbackScript;
};

const SILENCE: CallbackScript = { drop: true, retryDelaysMs: [] };

/** Every magic e-mail, in the order the help page shows them. */
export const PAYOUT_MAGIC: readonly PayoutMagic[] = [
  { ending: "+nofunds", title: "Refused with “Insufficient balance”", noFunds: true },
  {
    ending: "+before",
    title: "The connection is cut before anything has happened: no voucher, no debit",
    cutBefore: true,
  },
  {
    ending: "+lost",
    title: "The voucher is made, but the answer is lost (connection cut)",
    afterwards: { kind: "drop" },
  },
  {
    ending: "+lost503",
    title: "The voucher is made, but the answer is an HTML page with status 503",
    afterwards: { kind: "html", status: 503 },
  },
  {
    ending: "+lostsilent",
    title: "The voucher is made, but the answer is lost and no callback ever comes",
    afterwards: { kind: "drop" },
    callbacks: SILENCE,
  },
  {
    ending: "+slow",
    title: "The voucher is made at once, but the answer takes 12 seconds",
    afterwards: { kind: "latency", ms: 12_000 },
  },
  { ending: "+late", title: "Callback 20 seconds late", callbacks: { delayMs: 20_000 } },
  {
    ending: "+twice",
    title: "Callback sent twice at the same moment",
    callbacks: { copies: 2, parallel: true },
  },
  { ending: "+silent", title: "No callback", callbacks: SILENCE },
];

const NO_MAGIC: PayoutMagic = { ending: "", title: "Nothing special" };

/** The magic of an e-mail: what its local part ends with, from the plus sign on. */
export function payoutMagicOf(email: string): PayoutMagic {
  const local = localPartOf(email);
  const plus = local.lastIndexOf("+");
  const ending = plus === -1 ? "" : local.slice(plus);
  return PAYOUT_MAGIC.find((magic) => magic.ending === ending) ?? NO_MAGIC;
}
