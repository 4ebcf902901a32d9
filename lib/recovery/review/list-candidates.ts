import type { Ctx } from "@/lib/context";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { addMs, DAY_MS } from "@/lib/kit/time";
import type { PaymentCandidate } from "./review-case";

const ROWS_MAX = 10;
/** The provider's list may be three hours off, and a payment may have begun the evening before. */
const AROUND_MS = DAY_MS;

/**
 * Payments of the same amount and day that a line of the provider's books could be. Only suggested: a person
 * says which one it is, if any.
 */
export async function listCandidates(
  ctx: Ctx,
  line: Pick<ProviderTransaction, "standing" | "cause" | "amountCents" | "occurredAt">,
): Promise<PaymentCandidate[]> {
  if (line.standing === "suspense") return listDeposits(ctx, line);
  const isPayout = line.standing === "unmatched" && line.cause === "payout_unknown";
  return isPayout ? listWithdrawals(ctx, line) : [];
}

type Line = Pick<ProviderTransaction, "amountCents" | "occurredAt">;

async function listDeposits(ctx: Ctx, { amountCents, occurredAt }: Line) {
  const rows = await ctx.db.deposit.findMany({
    where: {
      merchantId: ctx.merchantId,
      method: "mpesa",
      createdAt: { gte: addMs(occurredAt, -AROUND_MS), lte: addMs(occurredAt, AROUND_MS) },
      OR: [
        { state: "paid", providerReceipt: null, paidCents: amountCents },
        {
          state: { in: ["pending", "submitted", "failed", "needs_review"] },
          askedCents: amountCents,
        },
      ],
    },
    orderBy: { createdAt: "desc" },
    take: ROWS_MAX,
    include: { customer: { select: { name: true } } },
  });
  return rows.map((row) => ({
    id: row.id,
    customer: row.customer.name,
    state: row.state,
    amount: decimalFromCents(row.paidCents ?? row.askedCents ?? 0n),
    createdAt: row.createdAt,
  }));
}

async function listWithdrawals(ctx: Ctx, { amountCents, occurredAt }: Line) {
  const rows = await ctx.db.withdrawal.findMany({
    where: {
      merchantId: ctx.merchantId,
      method: "mpesa",
      amountCents: -amountCents,
      createdAt: { gte: addMs(occurredAt, -2 * AROUND_MS), lte: addMs(occurredAt, AROUND_MS) },
      OR: [
        { state: "paid", providerReceipt: null },
        { state: "needs_review", reason: { not: "contradiction" } },
      ],
    },
    orderBy: { createdAt: "desc" },
    take: ROWS_MAX,
    include: { customer: { select: { name: true } } },
  });
  return rows.map((row) => ({
    id: row.id,
    customer: row.customer.name,
    state: row.state,
    amount: decimalFromCents(row.amountCents),
    createdAt: row.createdAt,
  }));
}
