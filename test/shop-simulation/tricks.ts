import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { CallbackRuleInput } from "@/sandbox/callbacks/callback-script";
import type { FaultInput } from "@/sandbox/faults";
import type { Chance } from "../withdrawal-simulation/chance";

export type Script = CallbackRuleInput["script"];
type Effect = FaultInput["effect"];

/** What may happen to any message on its way. */
const ON_ITS_WAY: readonly (readonly [number, Script])[] = [
  [5, { drop: true }],
  [3, { copies: 3, parallel: true }],
  [2, { copies: 2 }],
  [3, { delayMs: 40 * SECOND_MS }],
  [2, { delayMs: 20 * MINUTE_MS }],
  [2, { delayMs: 5 * HOUR_MS }],
  [1, { delayMs: 20 * HOUR_MS }],
  [2, { malformed: true }],
];

const PROMPT_LIES: readonly (readonly [number, Script])[] = [
  [2, { beforeAnswer: true }],
  [1, { omitMetadata: true }],
  [1, { maskPhone: true, shuffleItems: true }],
];

const RESULT_LIES: readonly (readonly [number, Script])[] = [
  [2, { processingMs: 90 * SECOND_MS }],
  [2, { asTimeout: true }],
  [2, { asTimeout: true, thenResult: true }],
  [2, { resultCode: "7777" }],
  [2, { resultCode: "1" }],
  [2, { amountCents: 12_300n }],
  [2, { contradiction: { afterMs: 2_000, resultCode: "1" } }],
  [2, { beforeAnswer: true }],
  [1, { endsWith: { resultCode: "1" } }],
  [1, { endsWith: { resultCode: "21" } }],
  [1, { shape: { parameters: "absent" } }],
];

const UNCLEAR: readonly (readonly [number, Effect])[] = [
  [6, { kind: "drop" }],
  [3, { kind: "error", status: 500 }],
  [2, { kind: "html", status: 502 }],
  [1, { kind: "html", status: 200 }],
  [1, { kind: "body", status: 200, body: '{"half' }],
];

const GATEWAY: readonly (readonly [number, Effect])[] = [
  ...UNCLEAR,
  [2, { kind: "gateway", form: "spike_arrest" }],
  [1, { kind: "gateway", form: "waf_503" }],
  [1, { kind: "gateway", form: "empty" }],
];

/** What M-Pesa does with the callback of a prompt; null for nothing out of the ordinary. */
export function promptTrick(chance: Chance): Script | null {
  return chance.happens(0.5) ? chance.weighted([...ON_ITS_WAY, ...PROMPT_LIES]) : null;
}

export function confirmationTrick(chance: Chance): Script | null {
  return chance.happens(0.6) ? chance.weighted(ON_ITS_WAY) : null;
}

export function resultTrick(chance: Chance): Script | null {
  return chance.happens(0.6) ? chance.weighted([...ON_ITS_WAY, ...RESULT_LIES]) : null;
}

export function voucherTrick(chance: Chance): Script | null {
  return chance.happens(0.5) ? chance.weighted(ON_ITS_WAY) : null;
}

/** What one call suffers, before or after the provider has done what it was asked to. */
export function callTrick(
  chance: Chance,
  endpoint: string,
): Pick<FaultInput, "endpoint" | "when" | "effect" | "times"> | null {
  if (!chance.happens(0.3)) return null;
  const isVoucher = endpoint.endsWith("voucher") || endpoint === "check_payment_status";
  return {
    endpoint,
    when: chance.pick(["before", "after"] as const),
    effect: chance.weighted(isVoucher ? UNCLEAR : GATEWAY),
    times: chance.between(1, 2),
  };
}

const SHARED_ENDPOINTS = [
  "oauth",
  "stk_query",
  "tx_status",
  "pull_query",
  "query_balance",
  "validate_voucher",
  "check_payment_status",
] as const;

/** What no single payment is the cause of. */
export function sharedTrick(chance: Chance): FaultInput {
  const endpoint = chance.pick(SHARED_ENDPOINTS);
  const effect = chance.weighted<Effect>([
    [3, { kind: "drop" }],
    [2, { kind: "error", status: 503 }],
    [1, { kind: "html", status: 200 }],
  ]);
  return { endpoint, effect, when: "before", times: chance.between(1, 4) };
}

/** In a few words, for the trace. */
export function inWords(trick: object | null): string {
  if (trick === null) return "nothing out of the ordinary";
  return JSON.stringify(trick, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value} cents` : value,
  );
}

/** What kind of trick it is, for counting. */
export function kindOf(trick: Script | ReturnType<typeof callTrick>): string {
  if (trick === null) return "nothing out of the ordinary";
  if ("endpoint" in trick) return `${trick.endpoint} ${trick.when}: ${trick.effect.kind}`;
  return Object.keys(trick).join(" and ");
}

/** How people type an account number that can be read all the same. */
export function typedReadably(chance: Chance, reference: string): string {
  const lookAlike = (symbol: string) =>
    symbol === "0" ? "O" : symbol === "1" ? "I" : symbol === "5" ? "S" : symbol;
  switch (chance.between(0, 5)) {
    case 0:
      return `${reference.slice(0, 4)} ${reference.slice(4)}`;
    case 1:
      return reference.toLowerCase();
    case 2:
      return [...reference].map(lookAlike).join("");
    case 3:
      return ` ${reference.slice(0, 2)}-${reference.slice(2)}.`;
    default:
      return reference;
  }
}

/** A slip: one symbol is another one, two are changed about, or one is missing. */
export function typedWrong(chance: Chance, reference: string): string {
  const at = chance.between(0, reference.length - 2);
  const [before, first, second] = [
    reference.slice(0, at),
    reference.charAt(at),
    reference.charAt(at + 1),
  ];
  const after = reference.slice(at + 2);
  if (chance.happens(0.2)) return before + second + after;
  if (chance.happens(0.3) && first !== second) return before + second + first + after;
  const other = chance.pick([..."23479ACEHK"].filter((symbol) => symbol !== second));
  return before + first + other + after;
}
