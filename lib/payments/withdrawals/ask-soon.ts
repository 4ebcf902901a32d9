import type { Ctx } from "@/lib/context";

/** Makes a withdrawal whose outcome is open due for a look-up now. */
export async function askSoon(ctx: Ctx, withdrawalId: string): Promise<void> {
  await ctx.db.withdrawal.updateMany({
    where: { id: withdrawalId, state: { in: ["sending", "submitted"] } },
    data: { nextCheckAt: ctx.now() },
  });
}
