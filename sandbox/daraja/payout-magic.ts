import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { FaultEffect } from "@/sandbox/faults";
import { pickByEnding } from "@/sandbox/kit/magic-ending";
import { UNLISTED_CODE } from "./result-codes";

/** What one magic ending makes happen to a payout. */
export type PayoutMagic = {
  suffix: string;
  title: string;
  /** Ends the payout with this code, and no money moves. */
  resultCode?: string;
  script: CallbackScript;
  /** The result claims double the amount. */
  isAmountDoubled?: boolean;
  /** Played after the payout has been accepted. */
  afterAnswer: FaultEffect[];
  /** Nothing is accepted: System internal error. */
  isRefused?: boolean;
  /** Accepted and forgotten: it stays pending, and nobody knows of it. */
  isForgotten?: boolean;
  /** Questions about its status are told the opposite. */
  isStatusOpposite?: boolean;
};

type MagicEntry = Partial<Omit<PayoutMagic, "suffix" | "title">> & { title: string };

const CUT: FaultEffect = { kind: "drop" };

const ENTRIES: Readonly<Record<string, MagicEntry>> = {
  "00": { title: "Pays: result 0" },
  "01": { title: "The phone is not registered: result 2040", resultCode: "2040" },
  "02": { title: "The organisation has not enough money: result 1", resultCode: "1" },
  "03": { title: "The operator is refused: result 2001", resultCode: "2001" },
  "04": {
    title: "Pays, but the result never comes; the status says Completed",
    script: { drop: true },
  },
  "05": {
    title: "Does not pay (8), and the result never comes; the status says Declined",
    resultCode: "8",
    script: { drop: true },
  },
  "06": { title: "Result sent twice at the same moment", script: { copies: 2, parallel: true } },
  "07": { title: "Result 20 seconds late", script: { delayMs: 20_000 } },
  "08": {
    title: "Accepted, but the answer is lost (connection cut); the result comes",
    afterAnswer: [CUT],
  },
  "11": {
    title: "The result arrives before the payout is answered",
    script: { beforeAnswer: true },
  },
  "12": { title: "Result claims double the amount", isAmountDoubled: true },
  "13": {
    title: "A timeout post first, the success 5 seconds later",
    script: { asTimeout: true, thenResult: true },
  },
  "14": {
    title: "A timeout post alone, although it was paid; the status says Completed",
    script: { asTimeout: true },
  },
  "15": { title: "Result body is cut in half (malformed JSON)", script: { malformed: true } },
  "16": {
    title: "Success without ResultParameters: no receipt, no amount",
    script: { shape: { parameters: "absent" } },
  },
  "19": {
    title: "Accepted, but the answer is an HTML page of the firewall",
    afterAnswer: [{ kind: "gateway", form: "waf_503" }],
  },
  "20": {
    title: "Accepted, but its answer takes 12 seconds",
    afterAnswer: [{ kind: "latency", ms: 12_000 }],
  },
  "21": {
    title: "Accepted and paid, but answer and result are lost; the status says Completed",
    script: { drop: true },
    afterAnswer: [CUT],
  },
  "22": {
    title: "Not accepted: HTTP 500, 500.002.1001, System internal error",
    isRefused: true,
  },
  "23": {
    title: "Pays, but the status says the opposite of the result",
    isStatusOpposite: true,
  },
  "24": {
    title: "Pays with result 0, and 2 seconds later a second result says 1",
    script: { contradiction: { afterMs: 2_000, resultCode: "1" } },
  },
  "25": {
    title: "Accepted and forgotten: nothing is paid, no result, and the status knows nothing of it",
    isForgotten: true,
  },
  "29": { title: `Result ${UNLISTED_CODE}, which no document lists`, resultCode: UNLISTED_CODE },
};

function toMagic(suffix: string, entry: MagicEntry): PayoutMagic {
  return { script: {}, afterAnswer: [], ...entry, suffix };
}

const NO_MAGIC: PayoutMagic = toMagic("", { title: "Nothing special" });

/** Every magic ending of a payout, in order, for the help page. */
export const PAYOUT_MAGIC_ENDINGS: readonly PayoutMagic[] = Object.entries(ENTRIES)
  .map(([suffix, entry]) => toMagic(suffix, entry))
  .sort((left, right) => left.suffix.localeCompare(right.suffix));

const BY_SUFFIX = new Map(PAYOUT_MAGIC_ENDINGS.map((magic) => [magic.suffix, magic]));

/** The magic of a payout, by its amount (KES 9,0NN) or else by the last two digits of the phone. */
export function payoutMagicOf(payout: { msisdn: string; amountCents: bigint }): PayoutMagic {
  return pickByEnding(BY_SUFFIX, payout) ?? NO_MAGIC;
}
