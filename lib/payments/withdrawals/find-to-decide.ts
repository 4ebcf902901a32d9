import type { Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { isId } from "@/lib/kit/ids";

/**
 * The withdrawal a member of staff wants to decide about. Throws `ForbiddenError` for anyone but staff, and
 * `ForbiddenError("own_request")` for whoever asked for it; `NotFoundError` when it is not this merchant's.
 */
export async function findToDecide(ctx: Ctx, withdrawalId: string): Promise<Withdrawal> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const withdrawal = isId("withdrawal", withdrawalId)
    ? await ctx.db.withdrawal.findFirst({
        where: { id: withdrawalId, merchantId: ctx.merchantId },
      })
    : null;
  if (!withdrawal) throw new NotFoundError();
  if (withdrawal.requestedById === ctx.actor.id) throw new ForbiddenError("own_request");
  return withdrawal;
}
