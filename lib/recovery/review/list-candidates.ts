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
  line: ProviderTransaction,
): Promise<PaymentCandidate[]> {
  if (line.standing === "suspense") return listDeposits(ctx, line);
  if (line.standing !== "unmatched") return [];
  if (line.cause === "payout_unknown") return listWithdrawals(ctx, line);
  if (line.cause !== "reversal_unknown" || line.amountCents > 0n) return [];
  const [reversed, refunds] = await Promise.all([listReversed(ctx, line), listRefunds(ctx, line)]);
  return [...reversed, ...refunds];
}

/** A payment may go back some days after it was made. */
const REVERSED_WITHIN_MS = 7 * DAY_MS;

/** The payment that a line took back, where it names one; else those of its amount from the days before. */
async function listReversed(ctx: Ctx, line: ProviderTransaction): Promise<PaymentCandidate[]> {
  const { originalReceipt, paymentId, amountCents, occurredAt } = line;
  const named = [
    ...(originalReceipt === null ? [] : [{ providerReceipt: originalReceipt }]),
    ...(paymentId === null ? [] : [{ id: paymentId }]),
  ];
  const createdAt = { gte: addMs(occurredAt, -REVERSED_WITHIN_MS), lte: occurredAt };
  const guessed = { paidCents: -amountCents, refundCents: 0n, createdAt };
  const rows = await ctx.db.deposit.findMany({
    where: {
      ...{ merchantId: ctx.merchantId, method: "mpesa", state: "paid" },
      ...{ providerReceipt: { not: null } },
      ...(named.length > 0 ? { OR: named } : guessed),
    },
    orderBy: { createdAt: "desc" },
    take: ROWS_MAX,
    include: { customer: { select: { name: true } } },
  });
  return rows.map((row) => ({
    id: row.id,
    customer: row.customer.name,
    state: row.state,
    amount: decimalFromCents(row.paidCents ?? 0n),
    createdAt: row.createdAt,
  }));
}

/** Refunds of which nobody told under which receipt they went back. */
async function listRefunds(ctx: Ctx, line: ProviderTransaction): Promise<PaymentCandidate[]> {
  const { accountId, originalReceipt, amountCents, occurredAt } = line;
  const rows = await ctx.db.refund.findMany({
    where: {
      ...{ merchantId: ctx.merchantId, accountId, method: "reversal", providerReceipt: null },
      ...{ amountCents: -amountCents, createdAt: { lte: addMs(occurredAt, AROUND_MS) } },
      ...(originalReceipt !== null && { receipt: originalReceipt }),
      OR: [
        { state: { in: ["sending", "submitted", "done"] } },
        { state: "needs_review", reason: { not: "contradiction" } },
      ],
    },
    orderBy: { createdAt: "desc" },
    take: ROWS_MAX,
    include: { deposit: { select: { customer: { select: { name: true } } } } },
  });
  return rows.map((row) => ({
    id: row.id,
    // Money that was nobody's has its receipt for a name.
    customer: row.deposit?.customer.name ?? row.receipt ?? row.id,
    state: row.state,
    amount: decimalFromCents(row.amountCents),
    createdAt: row.createdAt,
  }));
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
