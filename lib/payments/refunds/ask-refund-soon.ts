import type { Ctx } from "@/lib/context";

/** Makes a refund whose outcome is open due for a look-up now. */
export async function askRefundSoon(ctx: Ctx, refundId: string): Promise<void> {
  await ctx.db.refund.updateMany({
    where: { id: refundId, method: "reversal", state: { in: ["sending", "submitted"] } },
    data: { nextCheckAt: ctx.now() },
  });
}
