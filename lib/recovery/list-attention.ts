import type { Ctx } from "@/lib/context";
import { Prisma } from "@/lib/db";
import { ForbiddenError } from "@/lib/errors";
import { listForApproval } from "@/lib/payments/withdrawals/list-for-approval";
import type { WithdrawalForPeople } from "@/lib/payments/withdrawals/withdrawal-for-people";
import { listPayoutMoney } from "./list-payout-money";
import { listQueue } from "./review/list-queue";
import type { PayoutMoney, QueuePage } from "./schemas";

export interface Attention {
  /** The oldest of everything that waits for a person, and how much there is. */
  readonly queue: QueuePage;
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
const OLDEST_MAX = 5;
/** Of messages that belong to nobody: a flood of them must not hide the merchant's own. */
const NOBODYS_MAX = 20;
const ERROR_LENGTH_MAX = 300;

/**
 * Everything that waits for a person: the review queue, withdrawals to approve, money that runs out where
 * we pay from, messages nobody could act on, jobs that gave up, and what the last check of the books found.
 * For staff of the merchant; throws `ForbiddenError` otherwise.
 */
export async function listAttention(ctx: Ctx): Promise<Attention> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const [queue, approvals, money, messages, deadJobs, invariants] = await Promise.all([
    listQueue(ctx, { rowsMax: OLDEST_MAX }),
    listForApproval(ctx),
    listPayoutMoney(ctx),
    listMessages(ctx),
    listDeadJobs(ctx),
    ctx.db.invariantCheck.findMany({ orderBy: { name: "asc" } }),
  ]);
  const short = money.filter(({ state }) => state !== "ok");
  return { queue, approvals, money: short, messages, deadJobs, invariants };
}

/**
 * Messages about or addressed to this merchant's payments and accounts, and, fewer, those that belong to nobody: a
 * stranger's message has no merchant, so every merchant's staff sees that it came, and nothing of what it says.
 */
async function listMessages(ctx: Ctx): Promise<Attention["messages"]> {
  const { merchantId } = ctx;
  const [own, nobodys] = await Promise.all([
    readMessages(ctx, Prisma.sql`o.merchant_id = ${merchantId}`, ROWS_MAX),
    readMessages(ctx, Prisma.sql`o.merchant_id IS NULL AND m.subject_id IS NULL`, NOBODYS_MAX),
  ]);
  return [...own, ...nobodys].sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime());
}

function readMessages(ctx: Ctx, whose: Prisma.Sql, limit: number): Promise<AttentionMessage[]> {
  return ctx.db.$queryRaw<AttentionMessage[]>`
    SELECT m.id, m.provider, m.kind, m.outcome::text AS outcome, coalesce(m.note, '') AS note,
           m.received_at AS "receivedAt", m.repeats, o.payment_id AS "paymentId"
      FROM messages m
      LEFT JOIN LATERAL (
        SELECT d.merchant_id, d.id AS payment_id FROM deposits d
         WHERE d.id = coalesce(m.subject_id, m.addressee)
        UNION ALL
        SELECT w.merchant_id, w.id FROM withdrawals w WHERE w.id = coalesce(m.subject_id, m.addressee)
        UNION ALL
        SELECT r.merchant_id, r.deposit_id FROM refunds r WHERE r.id = coalesce(m.subject_id, m.addressee)
        UNION ALL
        SELECT q.merchant_id, q.deposit_id FROM receipt_queries q
         WHERE q.id = coalesce(m.subject_id, m.addressee)
        UNION ALL
        SELECT t.merchant_id, NULL FROM provider_transactions t
         WHERE t.id = coalesce(m.subject_id, m.addressee)
        UNION ALL
        SELECT a.merchant_id, NULL FROM callback_secrets s JOIN provider_accounts a ON a.id = s.account_id
         WHERE s.hash = m.secret_hash AND coalesce(m.subject_id, m.addressee) IS NULL
      ) o ON true
     WHERE m.outcome IN ('quarantined', 'unmatched', 'malformed', 'refused', 'stuck') AND ${whose}
     ORDER BY m.received_at DESC LIMIT ${limit}`;
}

type AttentionMessage = Attention["messages"][number];

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
