import type { Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import { withdrawalForPeople, type WithdrawalForPeople } from "./withdrawal-for-people";

const ROWS_MAX = 100;

/**
 * Withdrawals that wait for another person, the oldest first. For staff of the merchant. Those that carry out
 * a refund are decided with it, where the payment is that goes back.
 */
export async function listForApproval(ctx: Ctx): Promise<WithdrawalForPeople[]> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const refunds = await ctx.db.refund.findMany({
    where: { merchantId: ctx.merchantId, state: "awaiting_approval", withdrawalId: { not: null } },
    select: { withdrawalId: true },
  });
  const ofRefunds = refunds.flatMap(({ withdrawalId }) => withdrawalId ?? []);
  const rows = await ctx.db.withdrawal.findMany({
    where: {
      merchantId: ctx.merchantId,
      state: "awaiting_approval",
      settledAt: null,
      id: { notIn: ofRefunds },
    },
    include: { customer: { select: { name: true } } },
    orderBy: { createdAt: "asc" },
    take: ROWS_MAX,
  });
  const people = await ctx.db.user.findMany({
    where: { merchantId: ctx.merchantId, id: { in: rows.map((row) => row.requestedById) } },
    select: { id: true, name: true },
  });
  const nameOf = new Map(people.map(({ id, name }) => [id, name]));
  return rows.map((row) => withdrawalForPeople(row, { staffId: ctx.actor.id, nameOf }));
}
