import type { Ctx } from "@/lib/context";

/** Which of these withdrawals are vouchers by which a deposit goes back, and which deposit that is. */
export async function depositsGivenBackBy(
  ctx: Ctx,
  withdrawalIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (withdrawalIds.length === 0) return new Map();
  const refunds = await ctx.db.refund.findMany({
    where: { withdrawalId: { in: [...withdrawalIds] }, merchantId: ctx.merchantId },
    select: { withdrawalId: true, depositId: true },
  });
  return new Map(
    refunds.flatMap(({ withdrawalId, depositId }) =>
      withdrawalId && depositId ? [[withdrawalId, depositId] as const] : [],
    ),
  );
}
