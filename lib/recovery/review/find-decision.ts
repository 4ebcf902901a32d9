import type { Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import type { ReviewDecision } from "@/lib/generated/prisma/client";
import { isId } from "@/lib/kit/ids";

/** One of the merchant's decisions, for staff. Throws `ForbiddenError` for others and `NotFoundError`. */
export async function findDecision(ctx: Ctx, decisionId: string): Promise<ReviewDecision> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const decision = isId("decision", decisionId)
    ? await ctx.db.reviewDecision.findFirst({
        where: { id: decisionId, merchantId: ctx.merchantId },
      })
    : null;
  if (!decision) throw new NotFoundError();
  return decision;
}
