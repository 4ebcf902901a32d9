import { z } from "zod";

import { msisdnSchema } from "@/sandbox/kit/msisdn";

/** What a query says instead of the truth. */
export const queryScriptSchema = z.strictObject({
  /** `final` gives a result at once: the real one, or the code given here. */
  answer: z.enum(["result_4999", "error_text", "error_empty", "unknown_id", "final"]),
  resultCode: z
    .union([z.string().min(1), z.number().int()])
    .transform(String)
    .optional(),
  resultDesc: z.string().optional(),
});

export const queryRuleSchema = z.strictObject({
  /** Only queries about this push, or about pushes to this phone. */
  checkoutRequestId: z.string().min(1).optional(),
  msisdn: msisdnSchema.optional(),
  /** How many queries it applies to; left out, until removed. */
  times: z.number().int().min(1).optional(),
  script: queryScriptSchema,
});

export type QueryScript = z.output<typeof queryScriptSchema>;
export type QueryRuleInput = z.input<typeof queryRuleSchema>;
export type QueryRule = z.output<typeof queryRuleSchema> & { id: string; timesPlayed: number };

/** The scripts waiting for queries that match them. */
export class QueryRules {
  #rules = new Map<string, QueryRule>();

  add(id: string, spec: z.output<typeof queryRuleSchema>): QueryRule {
    const rule: QueryRule = { ...spec, id, timesPlayed: 0 };
    this.#rules.set(id, rule);
    return rule;
  }

  list(): QueryRule[] {
    return [...this.#rules.values()];
  }

  /** Removes one rule, or all of them. Returns how many went. */
  remove(id?: string): number {
    if (id !== undefined) return this.#rules.delete(id) ? 1 : 0;
    const count = this.#rules.size;
    this.#rules.clear();
    return count;
  }

  /** The script of the newest matching rule, counted as played. */
  take(subject: { checkoutRequestId: string; msisdn: string | null }): QueryScript | undefined {
    const rule = this.list().findLast(
      ({ checkoutRequestId, msisdn }) =>
        (checkoutRequestId === undefined || checkoutRequestId === subject.checkoutRequestId) &&
        (msisdn === undefined || msisdn === subject.msisdn),
    );
    if (!rule) return undefined;
    rule.timesPlayed += 1;
    if (rule.times !== undefined && rule.timesPlayed >= rule.times) this.#rules.delete(rule.id);
    return rule.script;
  }
}
