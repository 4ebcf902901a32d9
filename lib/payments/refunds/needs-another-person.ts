import type { Ctx } from "@/lib/context";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { readRules } from "../withdrawals/withdrawal-rules";

/**
 * True when this person alone may not give so much back: it is above the merchant's limit, by itself or
 * together with what they gave back alone in the last 24 hours, so that no row of smaller refunds walks
 * around the limit. Exact for whoever took the person's turn before; a look ahead for everybody else.
 */
export async function needsAnotherPerson(ctx: Ctx, amountCents: bigint): Promise<boolean> {
  const { reviewAboveCents } = await readRules(ctx);
  if (reviewAboveCents === null) return false;
  return amountCents + (await givenBackAlone(ctx)) > reviewAboveCents;
}

/** What one of the merchant's people gave back that nobody else looked at, in cents. */
async function givenBackAlone({ db, merchantId, actor, now }: Ctx): Promise<bigint> {
  const { _sum } = await db.refund.aggregate({
    where: {
      ...{ merchantId, requestedById: actor.id, createdAt: { gt: addMs(now(), -DAY_MS) } },
      ...{ decidedById: null, failedAt: null, state: { not: "awaiting_approval" } },
    },
    _sum: { amountCents: true },
  });
  return _sum.amountCents ?? 0n;
}
