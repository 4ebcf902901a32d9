import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import type { BalanceComparison } from "@/lib/generated/prisma/client";

const SHAPE = /^drift:([a-z0-9:]{1,60}):(\d{4}-\d{2}-\d{2})$/;

/** The name of a difference between the books and a provider's balance, as a subject of the queue. */
export function driftId({ name, day }: Pick<BalanceComparison, "name" | "day">): string {
  return `drift:${name}:${day.toISOString().slice(0, 10)}`;
}

/** True for what `driftId` made. */
export function isDrift(subjectId: string): boolean {
  return SHAPE.test(subjectId);
}

/** One day's difference of the merchant's, and whether a person has explained it. Throws `NotFoundError`. */
export async function findDrift(
  ctx: Ctx,
  subjectId: string,
): Promise<BalanceComparison & { isExplained: boolean }> {
  const [, name, day] = SHAPE.exec(subjectId) ?? [];
  if (name === undefined || day === undefined) throw new NotFoundError();
  const { merchantId } = ctx;
  const comparison = await ctx.db.balanceComparison.findFirst({
    where: { merchantId, name, day: new Date(`${day}T00:00:00Z`), driftCents: { not: 0n } },
  });
  if (!comparison) throw new NotFoundError();
  const explained = await ctx.db.reviewDecision.findFirst({
    where: { merchantId, subjectId, state: "carried_out" },
    select: { id: true },
  });
  return { ...comparison, isExplained: explained !== null };
}
