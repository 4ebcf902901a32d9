import type { Ctx } from "@/lib/context";

/** Makes an M-Pesa deposit that is not paid due for a look-up now. */
export async function requestCheckSoon(ctx: Ctx, depositId: string): Promise<void> {
  await ctx.db.deposit.updateMany({
    where: { id: depositId, state: { in: ["pending", "submitted", "failed", "needs_review"] } },
    data: { nextCheckAt: ctx.now() },
  });
}
