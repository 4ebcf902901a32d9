import type { Ctx } from "@/lib/context";
import { Prisma } from "@/lib/db";
import { ForbiddenError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import type { QueueFilter, QueuePage, QueueRow } from "./review-case";
import { REVIEW_ACTIONS } from "./actions";
import { queueRows } from "./queue-rows";
import { situationOf, type CaseKind } from "./situations";

const PAGE_ROWS = 25;

interface Found {
  readonly id: string;
  readonly kind: CaseKind;
  readonly state: string;
  readonly reason: string | null;
  readonly method: string | null;
  readonly cents: bigint | null;
  readonly since: Date;
  readonly customer: string | null;
  readonly receipt: string | null;
  readonly reference: string | null;
  readonly payer: string | null;
  readonly assigneeId: string | null;
  readonly assignee: string | null;
  readonly decisionId: string | null;
  readonly action: string | null;
  readonly proposedById: string | null;
  readonly proposedBy: string | null;
  readonly decideBefore: Date | null;
}

/**
 * A page of everything that waits for a person, oldest first: what machines could not settle, what is past
 * its deadline, and decisions a second person has to look at. For staff; throws `ForbiddenError` otherwise.
 */
export async function listQueue(
  ctx: Ctx,
  input: { filter?: QueueFilter; kind?: CaseKind; cursor?: string; rowsMax?: number } = {},
): Promise<QueuePage> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const rowsMax = input.rowsMax ?? PAGE_ROWS;
  const [rows, counts] = await Promise.all([readRows(ctx, input, rowsMax + 1), readCounts(ctx)]);
  const page = rows.slice(0, rowsMax);
  const last = rows.length > rowsMax ? page.at(-1) : undefined;
  return {
    rows: page.map((row) => toQueueRow(row, ctx.actor.id)),
    nextCursor: last ? `${last.since.getTime()}.${last.id}` : null,
    counts,
  };
}

function readRows(
  ctx: Ctx,
  input: { filter?: QueueFilter; kind?: CaseKind; cursor?: string },
  limit: number,
): Promise<Found[]> {
  const { filter, kind } = input;
  const after = readCursor(input.cursor);
  return ctx.db.$queryRaw<Found[]>`
    ${queueRows(ctx, ctx.now())}
    SELECT q.id, q.kind, q.state, q.reason, q.method, q.cents::bigint AS cents, q.since,
           customer.name AS customer, line.receipt, line.reference, line.payer_masked AS payer, q.assignee_id AS "assigneeId", assignee.name AS assignee,
           q.decision_id AS "decisionId", q.action, q.proposed_by_id AS "proposedById",
           proposer.name AS "proposedBy", q.decide_before AS "decideBefore"
      FROM queue q
      LEFT JOIN users customer ON customer.id = q.customer_id
      LEFT JOIN provider_transactions line ON line.id = q.id
      LEFT JOIN users assignee ON assignee.id = q.assignee_id
      LEFT JOIN users proposer ON proposer.id = q.proposed_by_id
     WHERE true
       ${kind ? Prisma.sql`AND q.kind = ${kind}` : Prisma.empty}
       ${filter === "mine" ? Prisma.sql`AND q.assignee_id = ${ctx.actor.id}` : Prisma.empty}
       ${filter === "approval" ? forApprovalBy(ctx.actor.id) : Prisma.empty}
       ${after ? Prisma.sql`AND (q.since, q.id) > (${after.since}, ${after.id})` : Prisma.empty}
     ORDER BY q.since, q.id LIMIT ${limit}`;
}

/** Decisions of others: whoever made one does not look at it a second time. */
function forApprovalBy(staffId: string): Prisma.Sql {
  return Prisma.sql`AND q.decision_id IS NOT NULL AND q.proposed_by_id <> ${staffId}`;
}

async function readCounts(ctx: Ctx): Promise<QueuePage["counts"]> {
  const staffId = ctx.actor.id;
  const rows = await ctx.db.$queryRaw<
    { kind: CaseKind; all: number; mine: number; approval: number }[]
  >`
    ${queueRows(ctx, ctx.now())}
    SELECT q.kind, count(*)::int AS all, count(*) FILTER (WHERE q.assignee_id = ${staffId})::int AS mine,
           count(*) FILTER (WHERE q.decision_id IS NOT NULL AND q.proposed_by_id <> ${staffId})::int AS approval
      FROM queue q GROUP BY q.kind`;
  const sum = (count: (row: (typeof rows)[number]) => number) =>
    rows.reduce((total, row) => total + count(row), 0);
  return {
    all: sum(({ all }) => all),
    mine: sum(({ mine }) => mine),
    approval: sum(({ approval }) => approval),
    ofKind: Object.fromEntries(rows.map(({ kind, all }) => [kind, all])),
  };
}

/** Where the page before ended; null for the first page, and for what no page of ours wrote. */
function readCursor(cursor: string | undefined): { since: Date; id: string } | null {
  const [, ms, id] = /^(\d{1,15})\.([!-~]{1,100})$/.exec(cursor ?? "") ?? [];
  return ms === undefined || id === undefined ? null : { since: new Date(Number(ms)), id };
}

function toQueueRow(row: Found, staffId: string): QueueRow {
  const { decisionId, proposedById, decideBefore } = row;
  const action = REVIEW_ACTIONS.find((known) => known === row.action) ?? null;
  return {
    subjectId: row.id,
    kind: row.kind,
    situation: situationOf(row),
    method: row.method === "mpesa" || row.method === "pesavoucher" ? row.method : null,
    amount: row.cents === null ? null : decimalFromCents(row.cents),
    customer: row.customer,
    line:
      row.receipt === null
        ? null
        : { receipt: row.receipt, reference: row.reference, payer: row.payer },
    since: row.since,
    assignee: row.assignee,
    isMine: row.assigneeId === staffId,
    decision:
      decisionId !== null && action !== null && decideBefore !== null
        ? {
            id: decisionId,
            action,
            by: row.proposedBy ?? proposedById ?? "",
            isMine: proposedById === staffId,
            before: decideBefore,
          }
        : null,
  };
}
