import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { FaultEffect } from "@/sandbox/faults";
import { pickByEnding } from "@/sandbox/kit/magic-ending";
import { handsetBehaviourOf, type HandsetBehaviour } from "@/sandbox/phone/handset-behaviour";
import type { QueryScript } from "./query-scripts";
import { UNLISTED_CODE } from "./result-codes";

/** What one magic ending makes happen to a push. */
export type PushMagic = {
  suffix: string;
  title: string;
  behaviour: HandsetBehaviour;
  /** Ends the push with this code by itself; `shown` says whether the prompt appears before. */
  fate?: { resultCode: string; shown: boolean };
  script: CallbackScript;
  /** Played after the push has been accepted. */
  afterAnswer: FaultEffect[];
  callbackLie?: "double_amount" | "unknown_push";
  queryLie?: QueryScript;
};

type MagicEntry = Partial<Omit<PushMagic, "suffix" | "title" | "behaviour">> & { title: string };

const ENTRIES: Readonly<Record<string, MagicEntry>> = {
  "00": { title: "Pays by itself: result 0" },
  "01": { title: "Cancels by itself: result 1032" },
  "02": { title: "Has not enough money: result 1" },
  "03": { title: "Gets the PIN wrong until the prompt gives up: result 2001" },
  "04": { title: "Never shows the prompt: result 1037 when its time is up" },
  "05": { title: "Callback lost", script: { drop: true } },
  "06": { title: "Callback sent twice at the same moment", script: { copies: 2, parallel: true } },
  "07": { title: "Callback 20 seconds late", script: { delayMs: 20_000 } },
  "08": {
    title: "The push is accepted, but its answer is lost (connection cut)",
    afterAnswer: [{ kind: "drop" }],
  },
  "11": {
    title: "Pays by itself, and the callback arrives before the push is answered",
    script: { beforeAnswer: true },
  },
  "12": { title: "Callback claims double the amount", callbackLie: "double_amount" },
  "13": { title: "Callback names a CheckoutRequestID nobody knows", callbackLie: "unknown_push" },
  "14": {
    title: "Callback comes without the Businessshortcode header",
    script: { omitSourceHeader: true },
  },
  "15": { title: "Callback body is cut in half (malformed JSON)", script: { malformed: true } },
  "16": {
    title: "Success callback without CallbackMetadata: no receipt, no amount",
    script: { omitMetadata: true },
  },
  "17": { title: "Result 17 (limit rule), no prompt", fate: { resultCode: "17", shown: false } },
  "18": {
    title: "The query says cancelled (1032), the callback says what happened",
    queryLie: { answer: "final", resultCode: "1032" },
  },
  "19": {
    title: "The push is accepted, but the answer is an HTML page of the firewall",
    afterAnswer: [{ kind: "gateway", form: "waf_503" }],
  },
  "20": {
    title: "The push is accepted, but its answer takes 12 seconds",
    afterAnswer: [{ kind: "latency", ms: 12_000 }],
  },
  "21": {
    title: "Result 1019 (expired), after the prompt was shown",
    fate: { resultCode: "1019", shown: true },
  },
  "22": {
    title: "Result 1025 (could not send the prompt)",
    fate: { resultCode: "1025", shown: false },
  },
  "23": {
    title: "Result 1036 (the phone's answer was lost)",
    fate: { resultCode: "1036", shown: true },
  },
  "24": {
    title: "Result 1037 (the phone cannot be reached), at once",
    fate: { resultCode: "1037", shown: false },
  },
  "25": {
    title: "Result 8006 (the customer's PIN is locked)",
    fate: { resultCode: "8006", shown: true },
  },
  "26": { title: "Result 26 (system busy), no prompt", fate: { resultCode: "26", shown: false } },
  "27": {
    title: "Result 1001 (another session is open on the phone)",
    fate: { resultCode: "1001", shown: false },
  },
  "28": {
    title: "Result 9999 (the push failed somewhere)",
    fate: { resultCode: "9999", shown: false },
  },
  "29": {
    title: `Result ${UNLISTED_CODE}, which no document lists`,
    fate: { resultCode: UNLISTED_CODE, shown: true },
  },
};

function toMagic(suffix: string, entry: MagicEntry): PushMagic {
  return { script: {}, afterAnswer: [], ...entry, suffix, behaviour: handsetBehaviourOf(suffix) };
}

const NO_MAGIC: PushMagic = toMagic("", { title: "Nothing special" });

/** Every magic ending of a push, in order, for the help page. */
export const PUSH_MAGIC_ENDINGS: readonly PushMagic[] = Object.entries(ENTRIES)
  .map(([suffix, entry]) => toMagic(suffix, entry))
  .sort((left, right) => left.suffix.localeCompare(right.suffix));

const BY_SUFFIX = new Map(PUSH_MAGIC_ENDINGS.map((magic) => [magic.suffix, magic]));

/** The magic of a push, by its amount (KES 9,0NN) or else by the last two digits of the phone. */
export function pushMagicOf(push: { msisdn: string; amountCents: bigint }): PushMagic {
  return pickByEnding(BY_SUFFIX, push) ?? NO_MAGIC;
}
