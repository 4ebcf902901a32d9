import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { readRules } from "@/lib/payments/withdrawals/withdrawal-rules";
import type { ReviewActionName } from "./actions";
import type { Weighed } from "./review-action";

/** What gives somebody money. */
const GIVES: ReviewActionName[] = [
  ...(["credit_proven", "credit_by_person", "withdrawal_give_back"] as const),
  ...(["contradiction_loss", "assign_customer", "attach_payment"] as const),
  ...(["refund_contradiction_loss", "reversal_loss"] as const),
  ...(["book_own", "book_cost", "book_difference"] as const),
];

/**
 * True when this person alone may not do it: nobody may, they would gain by it, or it is above the limit, by
 * itself or together with what they gave alone in the last 24 hours, so that no row of smaller decisions
 * walks around the limit.
 */
export async function needsSecondPerson(
  ctx: Ctx,
  weighed: Weighed,
  staffId: string,
): Promise<boolean> {
  if (weighed.needsTwo) return true;
  const { reviewAboveCents } = await readRules(ctx);
  if (reviewAboveCents !== null) {
    const before =
      weighed.customerId === null && !weighed.isSpent ? 0n : await givenAlone(ctx, staffId);
    if (weighed.amountCents + before > reviewAboveCents) return true;
  }
  return gainsBy(ctx, weighed, staffId);
}

/** What this person gave without anybody else, in cents. The caller took their turn, so it is all counted. */
async function givenAlone({ db, merchantId, now }: Ctx, staffId: string): Promise<bigint> {
  const { _sum } = await db.reviewDecision.aggregate({
    where: {
      ...{ merchantId, proposedById: staffId, proposedAt: { gt: addMs(now(), -DAY_MS) } },
      ...{ action: { in: GIVES }, state: "carried_out", decidedById: null },
    },
    _sum: { amountCents: true },
  });
  return _sum.amountCents ?? 0n;
}

/** True when the money would go to this person's own account, phone or address, or came from their phone. */
export async function gainsBy(ctx: Ctx, weighed: Weighed, staffId: string): Promise<boolean> {
  if (weighed.customerId === staffId) return true;
  const person = await ctx.db.user.findUnique({
    where: { id: staffId },
    select: { phone: true, email: true },
  });
  const own = [
    person?.phone && keyedHash("phone", person.phone),
    person?.email && keyedHash("email", person.email),
  ];
  return weighed.parties.some((party) => own.includes(party));
}
