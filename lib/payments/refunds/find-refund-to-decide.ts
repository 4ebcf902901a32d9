import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import type { Refund } from "@/lib/generated/prisma/client";
import { isId } from "@/lib/kit/ids";
import { requireStaffActor } from "./refund-form";

/** The merchant's refund with this id. Throws `ForbiddenError` for anyone but staff, and `NotFoundError`. */
export async function findRefundForStaff(ctx: Ctx, refundId: string): Promise<Refund> {
  requireStaffActor(ctx);
  const refund = isId("refund", refundId)
    ? await ctx.db.refund.findFirst({ where: { id: refundId, merchantId: ctx.merchantId } })
    : null;
  if (!refund) throw new NotFoundError();
  return refund;
}

/**
 * The refund a member of staff wants to decide about. Throws `ForbiddenError("own_request")` for whoever
 * asked for it, or made the payment that goes back, and otherwise as `findRefundForStaff` does.
 */
export async function findRefundToDecide(ctx: Ctx, refundId: string): Promise<Refund> {
  const refund = await findRefundForStaff(ctx, refundId);
  if (refund.requestedById === ctx.actor.id) throw new ForbiddenError("own_request");
  if (await isOwnPayment(ctx, refund)) throw new ForbiddenError("own_request");
  return refund;
}

async function isOwnPayment(ctx: Ctx, { depositId }: Refund): Promise<boolean> {
  if (depositId === null) return false;
  const user = await ctx.db.user.findUnique({
    where: { id: ctx.actor.id },
    select: { phone: true },
  });
  if (!user?.phone) return false;
  const push = await ctx.db.stkPush.findUnique({
    where: { depositId },
    select: { phoneHash: true },
  });
  return push?.phoneHash === keyedHash("phone", user.phone);
}
