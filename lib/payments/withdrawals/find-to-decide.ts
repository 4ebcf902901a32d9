import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { isId } from "@/lib/kit/ids";

/**
 * The withdrawal a member of staff wants to decide about. Throws `ForbiddenError` for anyone but staff, and
 * `ForbiddenError("own_request")` for whoever asked for it or would get the money; `NotFoundError` when it is not this merchant's.
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
  if (await isOwnDestination(ctx, withdrawal)) throw new ForbiddenError("own_request");
  return withdrawal;
}

/** Nobody decides about money that goes to their own phone or address either. */
async function isOwnDestination(ctx: Ctx, withdrawal: Withdrawal): Promise<boolean> {
  const user = await ctx.db.user.findUnique({
    where: { id: ctx.actor.id },
    select: { phone: true, email: true },
  });
  const own = [
    user?.phone && keyedHash("phone", user.phone),
    user?.email && keyedHash("email", user.email),
  ];
  return own.includes(withdrawal.destinationHash);
}
