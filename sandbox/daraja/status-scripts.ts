import { z } from "zod";

import { msisdnSchema } from "@/sandbox/kit/msisdn";
import { RuleShelf } from "@/sandbox/kit/rule-shelf";

export const STATUS_ANSWERS = [
  "truth",
  "completed",
  "declined",
  "cancelled",
  "expired",
  "pending",
  "not_found",
  "silent",
  "timeout",
] as const;

/** What a status result says instead of the truth. */
export const statusScriptSchema = z.strictObject({
  /** `silent` never answers; `timeout` posts to the timeout address. */
  answer: z.enum(STATUS_ANSWERS).default("truth"),
  /** The ResultCode of the status result itself, in place of 0. */
  resultCode: z
    .union([z.string().regex(/^\w{1,20}$/), z.number().int().min(0)])
    .transform(String)
    .optional(),
});

export const statusRuleSchema = z.strictObject({
  /** Only questions about this payout or reversal, or about money to or from this phone. */
  originatorConversationId: z.string().min(1).optional(),
  /** Only questions that name this receipt, or are about the transaction with it. */
  receipt: z.string().min(1).optional(),
  msisdn: msisdnSchema.optional(),
  /** How many questions it applies to; left out, until removed. */
  times: z.number().int().min(1).optional(),
  script: statusScriptSchema,
});

export type StatusScript = z.output<typeof statusScriptSchema>;
export type StatusRuleInput = z.input<typeof statusRuleSchema>;
export type StatusRule = z.output<typeof statusRuleSchema> & { id: string; timesPlayed: number };

/** The scripts waiting for status questions that match them. */
export class StatusRules {
  readonly #shelf = new RuleShelf<StatusRule>();

  add(id: string, spec: z.output<typeof statusRuleSchema>): StatusRule {
    return this.#shelf.add({ ...spec, id, timesPlayed: 0 });
  }

  list(): StatusRule[] {
    return this.#shelf.list();
  }

  /** Removes one rule, or all of them. Returns how many went. */
  remove(id?: string): number {
    return this.#shelf.remove(id);
  }

  /** The script of the newest matching rule, counted as played. */
  take(subject: {
    originatorConversationId: string | null;
    receipt: string | null;
    msisdn: string | null;
  }): StatusScript | undefined {
    const rule = this.#shelf
      .about(subject.originatorConversationId)
      .findLast(
        ({ msisdn, receipt }) =>
          (msisdn === undefined || msisdn === subject.msisdn) &&
          (receipt === undefined || receipt === subject.receipt),
      );
    if (!rule) return undefined;
    this.#shelf.countPlayed(rule);
    return rule.script;
  }
}
