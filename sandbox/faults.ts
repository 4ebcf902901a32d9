import { z } from "zod";

import { emailSchema } from "@/sandbox/kit/email";
import { msisdnSchema } from "@/sandbox/kit/msisdn";
import { RuleShelf } from "@/sandbox/kit/rule-shelf";
import type { AmountSpelling } from "@/sandbox/kit/wire-json";

/** What the M-Pesa gateway and what stands before it say when they do not do their work. */
export const GATEWAY_FAULTS = [
  "spike_arrest",
  "spike_arrest_apigee",
  "quota",
  "busy",
  "waf_403",
  "waf_503",
  "unreachable",
  "soap",
  "empty",
] as const;

export const faultEffectSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("latency"), ms: z.number().int().min(0).max(120_000) }),
  z.strictObject({
    kind: z.literal("error"),
    status: z.number().int().min(400).max(599).default(500),
    message: z.string().max(500).default("Internal server error message"),
  }),
  z.strictObject({
    kind: z.literal("html"),
    status: z.number().int().min(200).max(599).default(502),
  }),
  z.strictObject({ kind: z.literal("drop") }),
  z.strictObject({ kind: z.literal("gateway"), form: z.enum(GATEWAY_FAULTS) }),
  z.strictObject({
    kind: z.literal("envelope"),
    status: z.number().int().min(200).max(599),
    errorCode: z.string().max(40),
    errorMessage: z.string().max(500),
  }),
  z.strictObject({
    kind: z.literal("shape"),
    amounts: z.enum(["two_decimals", "string", "integer"]).optional(),
    statusWords: z.enum(["lower", "unknown"]).optional(),
    extraFields: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal("body"),
    status: z.number().int().min(200).max(599),
    body: z.string(),
  }),
]);

const ownFormSchema = z.strictObject({
  /** An API endpoint such as `redeem_voucher` or `stk_push`, or `*` for all of them. */
  endpoint: z.string().min(1),
  /** Before or after the state change. `shape` always acts on the answer. */
  when: z.enum(["before", "after"]).default("before"),
  effect: faultEffectSchema,
  /** Only calls about this code or payment. */
  voucherCode: z.string().min(1).optional(),
  paymentId: z.string().min(1).optional(),
  /** Only vouchers sent to a customer with this reference or to this e-mail. */
  uniqueId: z.string().min(1).optional(),
  email: emailSchema.optional(),
  /** Only pushes and payouts to this phone, payments simulated from it, or queries about this push. */
  msisdn: msisdnSchema.optional(),
  checkoutRequestId: z.string().min(1).optional(),
  /** Only payouts, and questions about payouts, with this id. */
  originatorConversationId: z.string().min(1).optional(),
  /** Only reversals of, and questions about, the transaction with this receipt. */
  receipt: z.string().min(1).optional(),
  /** Plays on this share of the calls, drawn from the seed; left out, on all of them. */
  share: z.number().gt(0).max(1).optional(),
  /** How many calls it plays on; left out, it plays until removed. */
  times: z.number().int().min(1).optional(),
});

const DARAJA_ENDPOINTS = [
  "*",
  "oauth",
  "stk_push",
  "stk_query",
  "b2c",
  "tx_status",
  "account_balance",
  "c2b_register",
  "c2b_simulate",
  "reversal",
  "pull_register",
  "pull_query",
];

/** `gateway` and `envelope` are M-Pesa's words: no other endpoint could speak them. */
export const faultSchema = ownFormSchema.refine(
  ({ endpoint, effect }) =>
    DARAJA_ENDPOINTS.includes(endpoint) || !["gateway", "envelope"].includes(effect.kind),
  { message: "only M-Pesa endpoints answer so", path: ["effect"] },
);

export type FaultInput = z.input<typeof faultSchema>;
export type FaultSpec = z.output<typeof faultSchema>;
export type FaultEffect = FaultSpec["effect"];
export type Fault = FaultSpec & { id: string; timesPlayed: number };

/** What one call has to suffer, decided once when it arrives. */
export type FaultPlan = {
  before: FaultEffect[];
  after: FaultEffect[];
  amounts: AmountSpelling;
  statusWords: "lower" | "unknown" | undefined;
  extraFields: boolean;
};

const SUBJECT_NAMES = [
  "voucherCode",
  "paymentId",
  "uniqueId",
  "email",
  "msisdn",
  "checkoutRequestId",
  "originatorConversationId",
  "receipt",
] as const;

export type CallSubject = Partial<Record<(typeof SUBJECT_NAMES)[number], string | undefined>>;

/** The scripted misbehaviour of the API endpoints, oldest rule first. */
export class FaultBook {
  readonly #shelf = new RuleShelf<Fault>();

  /** `draw` gives a number from 0 to 1, for faults that play on a share of the calls. */
  constructor(readonly draw: () => number) {}

  add(id: string, spec: FaultSpec): Fault {
    return this.#shelf.add({ ...spec, id, timesPlayed: 0 });
  }

  list(): Fault[] {
    return this.#shelf.list();
  }

  /** Removes one fault, or all of them. Returns how many went. */
  remove(id?: string): number {
    return this.#shelf.remove(id);
  }

  /** Takes the faults that apply to this call and counts them as played. */
  take(endpoint: string, subject: CallSubject): FaultPlan {
    const plan: FaultPlan = {
      before: [],
      after: [],
      amounts: "two_decimals",
      statusWords: undefined,
      extraFields: false,
    };
    for (const fault of this.#shelf.about(subject.originatorConversationId)) {
      if (!appliesTo(fault, endpoint, subject)) continue;
      if (fault.share !== undefined && this.draw() >= fault.share) continue;
      this.#shelf.countPlayed(fault);
      addToPlan(plan, fault);
    }
    return plan;
  }
}

function appliesTo(fault: Fault, endpoint: string, subject: CallSubject): boolean {
  if (fault.endpoint !== "*" && fault.endpoint !== endpoint) return false;
  return SUBJECT_NAMES.every((name) => fault[name] === undefined || fault[name] === subject[name]);
}

function addToPlan(plan: FaultPlan, fault: Fault): void {
  if (fault.effect.kind !== "shape") {
    plan[fault.when].push(fault.effect);
    return;
  }
  plan.amounts = fault.effect.amounts ?? plan.amounts;
  plan.statusWords = fault.effect.statusWords ?? plan.statusWords;
  plan.extraFields ||= fault.effect.extraFields ?? false;
}
