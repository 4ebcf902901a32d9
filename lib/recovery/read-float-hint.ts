import { z } from "zod";
import type { Ctx } from "@/lib/context";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import type { CaseFloat, CaseFloatHint } from "./schemas";

const BalanceTold = z.object({ balance: z.string().regex(/^-?\d+\.\d\d$/) });

/**
 * What the merchant had at the voucher provider before and after one order whose answer is missing: if it
 * fell by the amount, the voucher was most likely issued. A hint for people and never a proof, because
 * nothing says what else moved that money. Null for everything but a voucher that nobody has confirmed.
 */
export async function readFloatHint(
  ctx: Ctx,
  withdrawal: Pick<Withdrawal, "id" | "method" | "state" | "sentAt">,
): Promise<CaseFloatHint | null> {
  const { id, method, state, sentAt } = withdrawal;
  const isOpen = state === "sending" || state === "needs_review";
  if (method !== "pesavoucher" || sentAt === null || !isOpen) return null;
  const [before, after] = await Promise.all([
    readFloat(ctx, id, { startedAt: { lte: sentAt } }),
    readFloat(ctx, id, { startedAt: { gt: sentAt } }),
  ]);
  const otherOrders = await ctx.db.withdrawal.count({
    where: {
      merchantId: ctx.merchantId,
      method: "pesavoucher",
      id: { not: id },
      sentAt: { gte: before?.at ?? sentAt, lte: after?.at ?? ctx.now() },
    },
  });
  const fell = before && after ? decimalFromCents(centsOf(before) - centsOf(after)) : null;
  return { before, after, fell, otherOrders };
}

/** The answer nearest to the order. It is asked before each order, and by the sweep for the whole merchant. */
async function readFloat(
  ctx: Ctx,
  withdrawalId: string,
  when: { startedAt: { lte: Date } | { gt: Date } },
): Promise<CaseFloat | null> {
  const call = await ctx.db.providerCall.findFirst({
    where: {
      merchantId: ctx.merchantId,
      subjectId: { in: [withdrawalId, ctx.merchantId] },
      operation: "query_balance",
      outcome: "accepted",
      ...when,
    },
    orderBy: { startedAt: "lte" in when.startedAt ? "desc" : "asc" },
    select: { response: true, startedAt: true },
  });
  const told = BalanceTold.safeParse(call?.response);
  return call && told.success ? { amount: told.data.balance, at: call.startedAt } : null;
}

function centsOf({ amount }: CaseFloat): bigint {
  return BigInt(amount.replace(".", ""));
}
