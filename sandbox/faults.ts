import { z } from "zod";

import type { AmountSpelling } from "@/sandbox/kit/wire-json";

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

export const faultSchema = z.strictObject({
  /** An API endpoint such as `redeem_voucher`, or `*` for all of them. */
  endpoint: z.string().min(1),
  /** Before or after the state change. `shape` always acts on the answer. */
  when: z.enum(["before", "after"]).default("before"),
  effect: faultEffectSchema,
  /** Only calls about this code or payment. */
  voucherCode: z.string().min(1).optional(),
  paymentId: z.string().min(1).optional(),
  /** How many calls it plays on; left out, it plays until removed. */
  times: z.number().int().min(1).optional(),
});

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

export type CallSubject = { voucherCode?: string | undefined; paymentId?: string | undefined };

/** The scripted misbehaviour of the API endpoints, oldest rule first. */
export class FaultBook {
  #faults = new Map<string, Fault>();

  add(id: string, spec: FaultSpec): Fault {
    const fault: Fault = { ...spec, id, timesPlayed: 0 };
    this.#faults.set(id, fault);
    return fault;
  }

  list(): Fault[] {
    return [...this.#faults.values()];
  }

  /** Removes one fault, or all of them. Returns how many went. */
  remove(id?: string): number {
    if (id !== undefined) return this.#faults.delete(id) ? 1 : 0;
    const count = this.#faults.size;
    this.#faults.clear();
    return count;
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
    for (const fault of this.#faults.values()) {
      if (!appliesTo(fault, endpoint, subject)) continue;
      fault.timesPlayed += 1;
      if (fault.times !== undefined && fault.timesPlayed >= fault.times)
        this.#faults.delete(fault.id);
      addToPlan(plan, fault);
    }
    return plan;
  }
}

function appliesTo(fault: Fault, endpoint: string, subject: CallSubject): boolean {
  if (fault.endpoint !== "*" && fault.endpoint !== endpoint) return false;
  if (fault.voucherCode !== undefined && fault.voucherCode !== subject.voucherCode) return false;
  return fault.paymentId === undefined || fault.paymentId === subject.paymentId;
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
