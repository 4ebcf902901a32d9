import { z } from "zod";

import { msisdnSchema } from "@/sandbox/kit/msisdn";

export const CALLBACK_KINDS = ["purchase", "redemption", "float_low", "stk", "forged"] as const;

/** What to do to a callback instead of simply sending it once. */
export const callbackScriptSchema = z.strictObject({
  /** Wait this long (on the sandbox's clock) before the first try. */
  delayMs: z.number().int().min(0).max(86_400_000).optional(),
  /** Never send it. */
  drop: z.boolean().optional(),
  /** Send it this many times in all. */
  copies: z.number().int().min(1).max(100).optional(),
  /** Send the copies at the same moment instead of one after another. */
  parallel: z.boolean().optional(),
  /** Keep it until it is released through the control API. */
  hold: z.boolean().optional(),
  /** Keep it until the customer has pressed the return button, and then this much longer. */
  afterReturnMs: z.number().int().min(0).max(600_000).optional(),
  /** First report (and show) a failure; this much later the payment succeeds after all. */
  failFirstMs: z.number().int().min(0).max(86_400_000).optional(),
  /** Lie about the amount. */
  amountCents: z.bigint().optional(),
  /** Lie about the session. */
  sessionId: z.string().optional(),
  /** Leave out the header that names the sender (X-Callback-Source, Businessshortcode). */
  omitSourceHeader: z.boolean().optional(),
  /** Send the body cut in half. */
  malformed: z.boolean().optional(),
  /** Retry plan of this callback, in place of the setting. */
  retryDelaysMs: z.array(z.number().int().min(0).max(86_400_000)).max(20).optional(),
  /** What the return button appends, in place of the setting. */
  returnAppend: z.enum(["both", "voucher", "payment_id", "none"]).optional(),
  /** `stk`: the prompt is answered at once and the callback delivered before the push is answered. */
  beforeAnswer: z.boolean().optional(),
  /** `stk`: name another push. */
  checkoutRequestId: z.string().min(1).optional(),
  /** `stk`: other words for the same result. */
  resultDesc: z.string().optional(),
  /** `stk`: metadata items in a random order. */
  shuffleItems: z.boolean().optional(),
  /** `stk`: `2547 ***** 126` as text, or no PhoneNumber at all. */
  maskPhone: z.boolean().optional(),
  omitPhone: z.boolean().optional(),
  /** `stk`: in place of the settings. */
  balanceForm: z.enum(["no_value", "absent"]).optional(),
  amountDecimals: z.boolean().optional(),
  /** `stk`: a success without CallbackMetadata. */
  omitMetadata: z.boolean().optional(),
});

export const callbackRuleSchema = z.strictObject({
  kind: z.enum(CALLBACK_KINDS).default("purchase"),
  /** Only callbacks of this payment, session or code; left out, all of the kind. */
  paymentId: z.string().min(1).optional(),
  sessionId: z.string().min(1).optional(),
  voucherCode: z.string().min(1).optional(),
  checkoutRequestId: z.string().min(1).optional(),
  msisdn: msisdnSchema.optional(),
  /** How many payments (or redemptions) it applies to; left out, until removed. */
  times: z.number().int().min(1).optional(),
  script: callbackScriptSchema,
});

export type CallbackKind = (typeof CALLBACK_KINDS)[number];
export type CallbackScript = z.output<typeof callbackScriptSchema>;
export type CallbackRuleInput = z.input<typeof callbackRuleSchema>;
export type CallbackRuleSpec = z.output<typeof callbackRuleSchema>;
export type CallbackRule = CallbackRuleSpec & { id: string; timesPlayed: number };

export type CallbackSubject = {
  paymentId: string | null;
  sessionId: string | null;
  voucherCode: string | null;
  checkoutRequestId: string | null;
  msisdn: string | null;
};

/** The scripts waiting for callbacks that match them. */
export class CallbackRules {
  #rules = new Map<string, CallbackRule>();

  add(id: string, spec: CallbackRuleSpec): CallbackRule {
    const rule: CallbackRule = { ...spec, id, timesPlayed: 0 };
    this.#rules.set(id, rule);
    return rule;
  }

  list(): CallbackRule[] {
    return [...this.#rules.values()];
  }

  /** Removes one rule, or all of them. Returns how many went. */
  remove(id?: string): number {
    if (id !== undefined) return this.#rules.delete(id) ? 1 : 0;
    const count = this.#rules.size;
    this.#rules.clear();
    return count;
  }

  /** Looks at the matching scripts without counting them as played. */
  peek(kind: CallbackKind, subject: Partial<CallbackSubject>): CallbackScript {
    let script: CallbackScript = {};
    for (const rule of this.#rules.values()) {
      if (matches(rule, kind, subject)) script = { ...script, ...rule.script };
    }
    return script;
  }

  /** Takes the matching scripts, later rules over earlier ones, and counts them as played. */
  take(kind: CallbackKind, subject: Partial<CallbackSubject>): CallbackScript {
    let script: CallbackScript = {};
    for (const rule of this.#rules.values()) {
      if (!matches(rule, kind, subject)) continue;
      rule.timesPlayed += 1;
      if (rule.times !== undefined && rule.timesPlayed >= rule.times) this.#rules.delete(rule.id);
      script = { ...script, ...rule.script };
    }
    return script;
  }
}

const SUBJECT_NAMES = [
  "paymentId",
  "sessionId",
  "voucherCode",
  "checkoutRequestId",
  "msisdn",
] as const;

function matches(
  rule: CallbackRule,
  kind: CallbackKind,
  subject: Partial<CallbackSubject>,
): boolean {
  if (rule.kind !== kind) return false;
  return SUBJECT_NAMES.every((name) => rule[name] === undefined || rule[name] === subject[name]);
}
