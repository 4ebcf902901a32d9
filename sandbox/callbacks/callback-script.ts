import { z } from "zod";

import { resultShapeSchema } from "@/sandbox/daraja/result-shape";
import { emailSchema } from "@/sandbox/kit/email";
import { msisdnSchema } from "@/sandbox/kit/msisdn";
import { RuleShelf } from "@/sandbox/kit/rule-shelf";

export const CALLBACK_KINDS = [
  "purchase",
  "redemption",
  "voucher_created",
  "voucher_redeemed",
  "float_low",
  "stk",
  "b2c_result",
  "b2c_timeout",
  "status_result",
  "status_timeout",
  "balance_result",
  "balance_timeout",
  "c2b_validation",
  "c2b_confirmation",
  "reversal_result",
  "reversal_timeout",
  "forged",
] as const;

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
  /** `voucher_created`, `voucher_redeemed`: lie about the merchant's reference. */
  uniqueId: z.string().optional(),
  /** Leave out the header that names the sender (X-Callback-Source, Businessshortcode). */
  omitSourceHeader: z.boolean().optional(),
  /** Send the body cut in half. */
  malformed: z.boolean().optional(),
  /** Retry plan of this callback, in place of the setting. */
  retryDelaysMs: z.array(z.number().int().min(0).max(86_400_000)).max(20).optional(),
  /** What the return button appends, in place of the setting. */
  returnAppend: z.enum(["both", "voucher", "payment_id", "none"]).optional(),
  /** `stk`, `b2c_result`, `reversal_result`, `voucher_created`: it ends at once, and the callback is delivered before the call is answered. */
  beforeAnswer: z.boolean().optional(),
  /** `stk`: name another push. */
  checkoutRequestId: z.string().min(1).optional(),
  /** `stk` and results: other words for the same result. */
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
  /** `b2c_result`, `reversal_result`: it stays pending this long (on the sandbox's clock) before it ends. */
  processingMs: z.number().int().min(0).max(86_400_000).optional(),
  /** Results: the timeout address gets a post instead. */
  asTimeout: z.boolean().optional(),
  /** With `asTimeout`: the true result follows, 5 seconds later or as given. */
  thenResult: z.boolean().optional(),
  thenResultMs: z.number().int().min(0).max(86_400_000).optional(),
  /** Results: say this code, whatever is true. */
  resultCode: z
    .union([z.string().regex(/^\w{1,20}$/), z.number().int().min(0)])
    .transform(String)
    .optional(),
  /** `b2c_result`, `reversal_result`: a second result follows with another code. */
  contradiction: z
    .strictObject({
      afterMs: z.number().int().min(0).max(86_400_000).default(2_000),
      resultCode: z
        .union([z.string().regex(/^\w{1,20}$/), z.number().int().min(0)])
        .default("1")
        .transform(String),
    })
    .optional(),
  /** Results: in place of the setting `resultShape`. */
  shape: resultShapeSchema.optional(),
  /** `reversal_result`: it truly ends so, and unless the code is 0 no money moves. */
  endsWith: z
    .strictObject({
      resultCode: z
        .union([z.string().regex(/^\w{1,20}$/), z.number().int().min(0)])
        .transform(String),
      resultDesc: z.string().optional(),
    })
    .optional(),
  /** `c2b_validation`, `c2b_confirmation`: lie about BillRefNumber, TransID, BusinessShortCode. */
  reference: z.string().optional(),
  receipt: z.string().min(1).optional(),
  shortcode: z.string().min(1).optional(),
});

export const callbackRuleSchema = z.strictObject({
  kind: z.enum(CALLBACK_KINDS).default("purchase"),
  /** Only callbacks of this payment, session or code; left out, all of the kind. */
  paymentId: z.string().min(1).optional(),
  sessionId: z.string().min(1).optional(),
  voucherCode: z.string().min(1).optional(),
  /** Of a voucher sent to a customer. */
  uniqueId: z.string().min(1).optional(),
  email: emailSchema.optional(),
  checkoutRequestId: z.string().min(1).optional(),
  originatorConversationId: z.string().min(1).optional(),
  /** Of a customer's payment, also on the results of its reversal. */
  receipt: z.string().min(1).optional(),
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
  /** Of a voucher sent to a customer; the e-mail in lower case. */
  uniqueId: string | null;
  email: string | null;
  checkoutRequestId: string | null;
  /** Of a payout, also on the results of questions about it. */
  originatorConversationId: string | null;
  /** Of a customer's payment, also on the results of its reversal. */
  receipt: string | null;
  msisdn: string | null;
};

/** The scripts waiting for callbacks that match them. */
export class CallbackRules {
  readonly #shelf = new RuleShelf<CallbackRule>();

  add(id: string, spec: CallbackRuleSpec): CallbackRule {
    return this.#shelf.add({ ...spec, id, timesPlayed: 0 });
  }

  list(): CallbackRule[] {
    return this.#shelf.list();
  }

  /** Removes one rule, or all of them. Returns how many went. */
  remove(id?: string): number {
    return this.#shelf.remove(id);
  }

  /** Looks at the matching scripts without counting them as played. */
  peek(kind: CallbackKind, subject: Partial<CallbackSubject>): CallbackScript {
    let script: CallbackScript = {};
    for (const rule of this.#shelf.about(subject.originatorConversationId)) {
      if (matches(rule, kind, subject)) script = { ...script, ...rule.script };
    }
    return script;
  }

  /** Takes the matching scripts, later rules over earlier ones, and counts them as played. */
  take(kind: CallbackKind, subject: Partial<CallbackSubject>): CallbackScript {
    let script: CallbackScript = {};
    for (const rule of this.#shelf.about(subject.originatorConversationId)) {
      if (!matches(rule, kind, subject)) continue;
      this.#shelf.countPlayed(rule);
      script = { ...script, ...rule.script };
    }
    return script;
  }
}

export const SUBJECT_NAMES = [
  "paymentId",
  "sessionId",
  "voucherCode",
  "uniqueId",
  "email",
  "checkoutRequestId",
  "originatorConversationId",
  "receipt",
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
