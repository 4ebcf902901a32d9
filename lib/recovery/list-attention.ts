import type { Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import { listForApproval } from "@/lib/payments/withdrawals/list-for-approval";
import type { WithdrawalForPeople } from "@/lib/payments/withdrawals/withdrawal-for-people";
import { listPayoutMoney } from "./list-payout-money";
import type { PayoutMoney } from "./schemas";

export interface Attention {
  readonly reviews: readonly {
    id: string;
    direction: "in" | "out";
    reason: string;
    amount: string | null;
    customer: string;
    since: Date;
  }[];
  /** Withdrawals that another person has to decide about. */
  readonly approvals: readonly WithdrawalForPeople[];
  /** Where too little is left to pay out from, or nothing may be paid. */
  readonly money: readonly PayoutMoney[];
  readonly messages: readonly {
    id: string;
    provider: string;
    kind: string;
    outcome: string;
    note: string;
    receivedAt: Date;
    repeats: number;
    /** The payment it is about, or was addressed to; null when it is about none of ours. */
    paymentId: string | null;
  }[];
  readonly deadJobs: readonly { id: string; task: string; error: string; attempts: number }[];
  readonly invariants: readonly { name: string; holds: boolean; detail: string; checkedAt: Date }[];
}

const ROWS_MAX = 100;
const ERROR_LENGTH_MAX = 300;

/**
 * Everything that waits for a person: payments in review, withdrawals to approve, money that runs out where
 * we pay from, messages nobody could act on, jobs that gave up, and what the last check of the books found.
 * For staff of the merchant; throws `ForbiddenError` otherwise.
 */
export async function listAttention(ctx: Ctx): Promise<Attention> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const [reviews, approvals, money, messages, deadJobs, invariants] = await Promise.all([
    listReviews(ctx),
    listForApproval(ctx),
    listPayoutMoney(ctx),
    listMessages(ctx),
    listDeadJobs(ctx),
    ctx.db.invariantCheck.findMany({ orderBy: { name: "asc" } }),
  ]);
  const short = money.filter(({ state }) => state !== "ok");
  return { reviews, approvals, money: short, messages, deadJobs, invariants };
}

async function listReviews(ctx: Ctx): Promise<Attention["reviews"]> {
  const [deposits, withdrawals] = await Promise.all([
    ctx.db.deposit.findMany({
      where: { merchantId: ctx.merchantId, state: "needs_review" },
      orderBy: { createdAt: "asc" },
      take: ROWS_MAX,
      include: { customer: { select: { name: true } } },
    }),
    ctx.db.withdrawal.findMany({
      where: { merchantId: ctx.merchantId, state: "needs_review", settledAt: null },
      orderBy: { createdAt: "asc" },
      take: ROWS_MAX,
      include: { customer: { select: { name: true } } },
    }),
  ]);
  const rows = [
    ...deposits.map((row) => ({ ...row, direction: "in" as const, cents: row.askedCents })),
    ...withdrawals.map((row) => ({ ...row, direction: "out" as const, cents: row.amountCents })),
  ];
  return rows
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    .slice(0, ROWS_MAX)
    .map((row) => ({
      id: row.id,
      direction: row.direction,
      reason: row.reason ?? "",
      amount: row.cents === null ? null : decimalFromCents(row.cents),
      customer: row.customer.name,
      since: row.createdAt,
    }));
}

/**
 * Messages about or addressed to this merchant's payments, and those that belong to nobody: a stranger's
 * message has no merchant, so every merchant's staff sees that it came, and nothing of what it says.
 */
async function listMessages(ctx: Ctx): Promise<Attention["messages"]> {
  const rows = await ctx.db.message.findMany({
    where: { outcome: { in: ["quarantined", "unmatched", "malformed", "refused", "stuck"] } },
    orderBy: { receivedAt: "desc" },
    take: ROWS_MAX,
    select: {
      id: true,
      provider: true,
      kind: true,
      outcome: true,
      note: true,
      receivedAt: true,
      repeats: true,
      subjectId: true,
      addressee: true,
    },
  });
  const named = rows.flatMap(({ subjectId, addressee }) => subjectId ?? addressee ?? []);
  const query = { where: { id: { in: named } }, select: { id: true, merchantId: true } } as const;
  const [deposits, withdrawals] = await Promise.all([
    ctx.db.deposit.findMany(query),
    ctx.db.withdrawal.findMany(query),
  ]);
  const merchantOf = new Map(
    [...deposits, ...withdrawals].map(({ id, merchantId }) => [id, merchantId]),
  );
  return rows.flatMap(({ subjectId, addressee, outcome, note, ...row }) => {
    const about = subjectId ?? addressee;
    const owner = about === null ? undefined : merchantOf.get(about);
    const isForeign = owner === undefined ? subjectId !== null : owner !== ctx.merchantId;
    if (isForeign) return [];
    const paymentId = owner === undefined ? null : about;
    return [{ ...row, outcome: outcome ?? "", note: note ?? "", paymentId }];
  });
}

/** Jobs of this merchant that gave up, and those that belong to the house as a whole. */
async function listDeadJobs(ctx: Ctx): Promise<Attention["deadJobs"]> {
  const rows = await ctx.db.$queryRaw<
    { id: string; task: string; error: string; attempts: number }[]
  >`
    SELECT j.id::text, j.task_identifier AS task, coalesce(j.last_error, '') AS error, j.attempts::int
      FROM graphile_worker.jobs j JOIN graphile_worker._private_jobs p ON p.id = j.id
     WHERE j.attempts >= j.max_attempts AND j.locked_at IS NULL
       AND coalesce(p.payload ->> 'merchantId', ${ctx.merchantId}) = ${ctx.merchantId}
     ORDER BY j.id LIMIT ${ROWS_MAX}`;
  return rows.map((row) => ({ ...row, error: row.error.slice(0, ERROR_LENGTH_MAX) }));
}
