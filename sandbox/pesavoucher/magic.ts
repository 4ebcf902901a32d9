import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { FaultSpec } from "@/sandbox/faults";
import { pickByEnding } from "@/sandbox/kit/magic-ending";
import { handsetBehaviourOf, type HandsetBehaviour } from "@/sandbox/phone/handset-behaviour";

/** What one magic ending makes happen to a voucher purchase. */
export type Magic = {
  suffix: string;
  title: string;
  behaviour: HandsetBehaviour;
  script: CallbackScript;
  /** Played on calls about the voucher that is bought. */
  faults: Omit<FaultSpec, "voucherCode" | "paymentId">[];
  callbackLie?: "double_amount" | "unknown_session";
  expiresAtOnce?: boolean;
};

type MagicEntry = Partial<Omit<Magic, "suffix" | "title" | "behaviour">> & { title: string };

const ENTRIES: Readonly<Record<string, MagicEntry>> = {
  "00": { title: "Approves by itself, as if the right PIN had been typed" },
  "01": { title: "Declines by itself: the customer pressed Cancel" },
  "02": { title: "Has not enough money" },
  "03": { title: "Gets the PIN wrong until the prompt gives up" },
  "04": { title: "Never shows the prompt, so it times out" },
  "05": { title: "Callback lost", script: { drop: true, retryDelaysMs: [] } },
  "06": { title: "Callback sent twice at the same moment", script: { copies: 2, parallel: true } },
  "07": { title: "Callback 20 seconds late", script: { delayMs: 20_000 } },
  "08": {
    title: "Redemption happens, but its answer is lost (connection cut)",
    faults: [{ endpoint: "redeem_voucher", when: "after", effect: { kind: "drop" }, times: 1 }],
  },
  "09": {
    title: "Callback waits until the customer has returned to the shop, and 2 seconds more",
    script: { afterReturnMs: 2_000 },
  },
  "10": {
    title: "Reported as failed first; 5 seconds later it succeeds after all",
    script: { failFirstMs: 5_000 },
  },
  "12": { title: "Callback claims double the amount", callbackLie: "double_amount" },
  "13": { title: "Callback names a session nobody knows", callbackLie: "unknown_session" },
  "14": {
    title: "Callback comes without the X-Callback-Source header",
    script: { omitSourceHeader: true },
  },
  "15": { title: "Callback body is cut in half (malformed JSON)", script: { malformed: true } },
  "16": {
    title: "Callback lost, and the return carries neither code nor payment id",
    script: { drop: true, returnAppend: "none" },
  },
  "17": { title: "The voucher has expired the moment it is bought", expiresAtOnce: true },
  "18": {
    title: "Redemption fails twice with HTTP 500, before anything has happened",
    faults: [
      {
        endpoint: "redeem_voucher",
        when: "before",
        effect: { kind: "error", status: 500, message: "Internal server error message" },
        times: 2,
      },
    ],
  },
  "19": {
    title: "Redemption happens, but the answer is an HTML error page",
    faults: [
      {
        endpoint: "redeem_voucher",
        when: "after",
        effect: { kind: "html", status: 502 },
        times: 1,
      },
    ],
  },
  "20": {
    title: "Redemption happens, but its answer takes 12 seconds",
    faults: [
      {
        endpoint: "redeem_voucher",
        when: "after",
        effect: { kind: "latency", ms: 12_000 },
        times: 1,
      },
    ],
  },
};

function toMagic(suffix: string, entry: MagicEntry): Magic {
  return { script: {}, faults: [], ...entry, suffix, behaviour: handsetBehaviourOf(suffix) };
}

/** An ordinary purchase. */
export const NO_MAGIC: Magic = toMagic("", { title: "Nothing special" });

/** Every magic ending, in order, for the help page. */
export const MAGIC_ENDINGS: readonly Magic[] = Object.entries(ENTRIES)
  .map(([suffix, entry]) => toMagic(suffix, entry))
  .sort((left, right) => left.suffix.localeCompare(right.suffix));

const BY_SUFFIX = new Map(MAGIC_ENDINGS.map((magic) => [magic.suffix, magic]));

/** The magic of a purchase, by its amount (KES 9,0NN) or else by the last two digits of the phone. */
export function magicOf(purchase: { msisdn: string; amountCents: bigint }): Magic {
  return pickByEnding(BY_SUFFIX, purchase) ?? NO_MAGIC;
}
