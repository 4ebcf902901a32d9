import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { CallbackRuleInput } from "@/sandbox/callbacks/callback-script";
import type { SandboxControl } from "@/sandbox/control/client";
import type { StatusRuleInput } from "@/sandbox/daraja/status-scripts";
import type { FaultInput } from "@/sandbox/faults";
import { LATENCY_MS } from "./pauses";
import type { Chance } from "./chance";

export type Method = "mpesa" | "pesavoucher";
export type Script = CallbackRuleInput["script"];
type StatusScript = StatusRuleInput["script"];
type Effect = FaultInput["effect"];

/** What a provider does with one withdrawal: drawn before it is asked for, scripted before it is sent. */
export interface Fate {
  /** In a few words, for the trace. */
  readonly name: string;
  /** Ends the phone number or the name before the @, where the simulated provider knows what it means. */
  readonly ending: string;
  /** What the call suffers that orders the payout. */
  readonly fault: { readonly when: "before" | "after"; readonly effect: Effect } | null;
  readonly faultTimes: number;
  /** Calls that find nobody listening. */
  readonly unreachableTimes: number;
  /** What happens to its result, or to its voucher's callback. */
  readonly result: Script | null;
  /** What look-ups are told, so many times. */
  readonly status: StatusScript | null;
  readonly statusTimes: number;
}

const NOTHING: Fate = {
  name: "ordinary",
  ending: "",
  fault: null,
  faultTimes: 1,
  unreachableTimes: 0,
  result: null,
  status: null,
  statusTimes: 1,
};

const CUT = { kind: "drop" } as const;
const SLOW = { kind: "latency", ms: LATENCY_MS } as const;
const BROKEN = { kind: "error", status: 500 } as const;

const UNCLEAR: readonly (readonly [number, Effect])[] = [
  [6, CUT],
  [3, BROKEN],
  [0.5, SLOW],
  [3, { kind: "html", status: 502 }],
  [1, { kind: "html", status: 200 }],
  [1, { kind: "body", status: 200, body: '{"half' }],
];

const GATEWAY: readonly (readonly [number, Effect])[] = [
  ...UNCLEAR,
  [1, { kind: "gateway", form: "waf_403" }],
  [2, { kind: "gateway", form: "waf_503" }],
  [1, { kind: "gateway", form: "unreachable" }],
  [1, { kind: "gateway", form: "soap" }],
  [1, { kind: "gateway", form: "empty" }],
];

/** Clear noes of the gateway, which come before M-Pesa hears of the order. */
const REFUSED: readonly (readonly [number, Effect])[] = [
  [4, { kind: "gateway", form: "spike_arrest" }],
  [2, { kind: "gateway", form: "spike_arrest_apigee" }],
  [2, { kind: "gateway", form: "busy" }],
  [
    6,
    {
      kind: "envelope",
      status: 404,
      errorCode: "404.001.03",
      errorMessage: "Invalid Access Token",
    },
  ],
  [
    3,
    {
      kind: "envelope",
      status: 400,
      errorCode: "400.002.02",
      errorMessage: "Bad Request - Invalid PartyB",
    },
  ],
];

/** Endings the simulated M-Pesa knows; 20 would keep everybody waiting for 12 seconds. */
const PHONE_ENDINGS = "00 01 02 04 05 06 07 08 11 12 13 14 15 16 19 21 22 23 24 25 29".split(" ");
/** Stops all payouts of the merchant until a person lets them go on. */
const OPERATOR_REFUSED = "03";
const EMAIL_ENDINGS =
  "+nofunds +before +lost +lost503 +lostsilent +late +twice +silent unknown".split(" ");

const RESULTS: readonly (readonly [number, Script])[] = [
  [4, { drop: true }],
  [3, { copies: 3, parallel: true }],
  [2, { copies: 2 }],
  [3, { delayMs: 40 * SECOND_MS }],
  [2, { delayMs: 20 * MINUTE_MS }],
  [1, { delayMs: 3 * HOUR_MS }],
  [2, { malformed: true }],
  [2, { amountCents: 12_300n }],
  [2, { resultCode: "7777" }],
  [1, { resultCode: "17" }],
  [1, { resultCode: "100000001" }],
  [1, { resultCode: "1" }],
  [2, { contradiction: { afterMs: 2_000, resultCode: "1" } }],
  [2, { asTimeout: true }],
  [2, { asTimeout: true, thenResult: true }],
  [2, { beforeAnswer: true }],
  [2, { processingMs: 90 * SECOND_MS }],
  [1, { processingMs: 30 * MINUTE_MS }],
  [1, { shape: { parameters: "absent" } }],
  [1, { shape: { parameters: "object", codes: "string" } }],
  [1, { shape: { referenceItem: "array", amounts: "string", spacedKeys: true } }],
  [1, { shape: { withoutValue: ["TransactionReceipt"], extraFields: true } }],
];

const CALLBACKS: readonly (readonly [number, Script])[] = [
  [4, { drop: true }],
  [3, { copies: 3, parallel: true }],
  [2, { delayMs: 40 * SECOND_MS }],
  [2, { delayMs: 20 * MINUTE_MS }],
  [2, { malformed: true }],
  [2, { amountCents: 12_300n }],
  [1, { uniqueId: "somebody-elses" }],
  [1, { omitSourceHeader: true }],
  [2, { beforeAnswer: true }],
];

const STATUSES: readonly (readonly [number, StatusScript])[] = [
  [4, { answer: "silent" }],
  [3, { answer: "not_found" }],
  [2, { answer: "pending" }],
  [2, { answer: "timeout" }],
  [1, { resultCode: "7777" }],
  [1, { resultCode: "2001" }],
  [1, { answer: "declined" }],
];

/** Draws what the provider of a withdrawal will do. */
export function drawFate(chance: Chance, method: Method): Fate {
  const fate = { ...NOTHING };
  if (chance.happens(0.4)) return name(fate);
  if (chance.happens(0.35)) {
    const isStopped = method === "mpesa" && chance.happens(0.02);
    const endings = method === "mpesa" ? PHONE_ENDINGS : EMAIL_ENDINGS;
    return name({ ...fate, ending: isStopped ? OPERATOR_REFUSED : chance.pick(endings) });
  }
  const isRefused = method === "mpesa" && chance.happens(0.25);
  if (chance.happens(0.5)) {
    const unclear = method === "mpesa" ? GATEWAY : UNCLEAR;
    Object.assign(fate, {
      fault: {
        when: isRefused || chance.happens(0.4) ? "before" : "after",
        effect: chance.weighted(isRefused ? REFUSED : unclear),
      },
      faultTimes: isRefused ? chance.between(1, 3) : 1,
    });
  } else if (chance.happens(0.15)) {
    Object.assign(fate, { unreachableTimes: chance.between(1, 4) });
  }
  if (chance.happens(0.6)) {
    Object.assign(fate, { result: chance.weighted(method === "mpesa" ? RESULTS : CALLBACKS) });
  }
  if (method === "mpesa" && chance.happens(0.5)) {
    const status = { status: chance.weighted(STATUSES), statusTimes: chance.between(1, 4) };
    Object.assign(fate, status);
  }
  return name(fate);
}

/** One of each thing that can happen, for a short run that misses nothing. */
export function everyFate(): readonly { method: Method; fate: Fate }[] {
  const mpesa = [
    NOTHING,
    ...[...PHONE_ENDINGS, OPERATOR_REFUSED].map((ending) => ({ ...NOTHING, ending })),
    ...GATEWAY.flatMap(([, effect]) => bothWays(effect)),
    ...REFUSED.map(([, effect]): Fate => {
      return { ...NOTHING, fault: { when: "before", effect }, faultTimes: 2 };
    }),
    ...RESULTS.map(([, result]) => ({ ...NOTHING, result })),
    ...STATUSES.map(([, status]): Fate => {
      return { ...NOTHING, result: { drop: true }, status, statusTimes: 2 };
    }),
    { ...NOTHING, unreachableTimes: 2 },
  ];
  const vouchers = [
    NOTHING,
    ...EMAIL_ENDINGS.map((ending) => ({ ...NOTHING, ending })),
    ...UNCLEAR.flatMap(([, effect]) => bothWays(effect)),
    ...CALLBACKS.map(([, result]): Fate => {
      return { ...NOTHING, fault: { when: "after", effect: CUT }, result };
    }),
    { ...NOTHING, unreachableTimes: 2 },
  ];
  return [
    ...mpesa.map((fate) => ({ method: "mpesa" as const, fate: name(fate) })),
    ...vouchers.map((fate) => ({ method: "pesavoucher" as const, fate: name(fate) })),
  ];
}

function bothWays(effect: Effect): Fate[] {
  return [
    { ...NOTHING, fault: { when: "before", effect } },
    { ...NOTHING, fault: { when: "after", effect } },
  ];
}

/**
 * True when the provider itself may say that a payout it made did not happen. Then the money is given back
 * in good faith, and only a later word of the provider's can bring that to a person.
 */
export function mayDeny({ ending, result, status }: Fate): boolean {
  return (
    ["23", "24"].includes(ending) ||
    result?.resultCode === "1" ||
    result?.contradiction !== undefined ||
    status?.answer === "declined"
  );
}

function name(fate: Fate): Fate {
  const { ending, fault, result, status, unreachableTimes } = fate;
  const words = [
    ending && `magic ${ending}`,
    fault && `${fault.when} ${JSON.stringify(fault.effect)} x${fate.faultTimes}`,
    unreachableTimes > 0 && `unreachable x${unreachableTimes}`,
    result && `result ${inWords(result)}`,
    status && `status ${inWords(status)} x${fate.statusTimes}`,
  ].filter(Boolean);
  return { ...fate, name: words.join(", ") || "ordinary" };
}

function inWords(script: Script | StatusScript): string {
  return JSON.stringify(script, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value} cents` : value,
  );
}

/** Scripts the simulated provider for one withdrawal, by the reference it will be ordered with. */
export async function arrange(
  control: SandboxControl,
  withdrawal: { method: Method; reference: string },
  fate: Fate,
): Promise<void> {
  const { method, reference } = withdrawal;
  const isMpesa = method === "mpesa";
  const about = isMpesa ? { originatorConversationId: reference } : { uniqueId: reference };
  const { fault, faultTimes: times, result, status } = fate;
  if (fault) {
    const endpoint = isMpesa ? "b2c" : "create_voucher";
    await control.addFault({ endpoint, ...about, ...fault, times });
  }
  if (result) {
    const kind = isMpesa ? "b2c_result" : "voucher_created";
    await control.scriptCallbacks({ kind, ...about, script: result });
  }
  if (status) {
    await control.scriptStatus({
      originatorConversationId: reference,
      times: fate.statusTimes,
      script: status,
    });
  }
}
