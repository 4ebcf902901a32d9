import type { Ctx } from "@/lib/context";
import type { CustomerLimit, LimitKind } from "@/lib/generated/prisma/client";
import { addMs, DAY_MS } from "@/lib/kit/time";
import type { Rules } from "./withdrawal-rules";

export const LIMIT_KINDS = ["payment", "day", "week"] as const satisfies readonly LimitKind[];

/** What of a limit counts at a moment. */
export interface Limits {
  readonly payment: bigint;
  readonly day: bigint;
  readonly week: bigint;
}

const MERCHANT_LIMIT: Readonly<Record<LimitKind, (rules: Rules) => bigint>> = {
  payment: (rules) => rules.perPaymentCents,
  day: (rules) => rules.dayCents,
  week: (rules) => rules.weekCents,
};

/** The merchant's own limit of one kind, in cents. */
export function merchantLimitCents(rules: Rules, kind: LimitKind): bigint {
  return MERCHANT_LIMIT[kind](rules);
}

/** The customer's own limit that counts at `now`, in cents; null for none. */
export function ownLimitCents(
  limit: Pick<CustomerLimit, "cents" | "nextCents" | "nextFrom"> | undefined,
  now: Date,
): bigint | null {
  if (!limit) return null;
  return limit.nextFrom !== null && limit.nextFrom <= now ? limit.nextCents : limit.cents;
}

/** The merchant's limits, lowered by those the customer has set, in cents. */
export async function effectiveLimits(
  ctx: Ctx,
  input: { customerId: string; rules: Rules },
): Promise<Limits> {
  const own = await ctx.db.customerLimit.findMany({ where: { customerId: input.customerId } });
  const of = (kind: LimitKind): bigint => {
    const theirs = ownLimitCents(
      own.find((limit) => limit.kind === kind),
      ctx.now(),
    );
    const merchants = merchantLimitCents(input.rules, kind);
    return theirs !== null && theirs < merchants ? theirs : merchants;
  };
  return { payment: of("payment"), day: of("day"), week: of("week") };
}

/** What a customer took out lately, fees aside. What came back does not count, nor what staff gave back. */
export interface TakenOut {
  readonly dayCents: bigint;
  readonly weekCents: bigint;
  /** Of the last 24 hours, what nobody but the customer has decided. */
  readonly undecidedDayCents: bigint;
}

/** What the customer took out in the last 24 hours and 7 days. */
export async function takenOut(
  ctx: Ctx,
  input: { customerId: string; except?: string },
): Promise<TakenOut> {
  const now = ctx.now();
  const dayBegan = addMs(now, -DAY_MS);
  const [row] = await ctx.db.$queryRaw<TakenOut[]>`
    SELECT coalesce(sum(amount_cents) FILTER (WHERE created_at > ${dayBegan}), 0)::bigint AS "dayCents",
           coalesce(sum(amount_cents), 0)::bigint AS "weekCents",
           coalesce(sum(amount_cents) FILTER (
             WHERE created_at > ${dayBegan} AND decided_by_id IS NULL AND state <> 'awaiting_approval'), 0)::bigint
             AS "undecidedDayCents"
      FROM withdrawals
     WHERE merchant_id = ${ctx.merchantId} AND customer_id = ${input.customerId}
       AND created_at > ${addMs(now, -7 * DAY_MS)} AND state <> 'failed' AND id <> ${input.except ?? ""}
       AND NOT EXISTS (SELECT FROM refunds r WHERE r.withdrawal_id = withdrawals.id)`;
  return row ?? { dayCents: 0n, weekCents: 0n, undecidedDayCents: 0n };
}
