import { z } from "zod";
import type { Ctx } from "@/lib/context";
import type { ReceiptQuery, ReviewDecision } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { maskText } from "../mask-text";
import type { ReviewCase } from "./review-case";
import { REVIEW_ACTIONS } from "./actions";
import { QUERY_OUTCOMES } from "./query-outcomes";
import { readTold } from "./told";

const ROWS_MAX = 50;

/** What people decided and asked about a case, oldest first. */
export async function readHistory(
  ctx: Ctx,
  subjectId: string,
): Promise<Pick<ReviewCase, "decisions" | "queries">> {
  const { merchantId } = ctx;
  const [decisions, queries] = await Promise.all([
    ctx.db.reviewDecision.findMany({
      where: { subjectId, merchantId },
      orderBy: { proposedAt: "desc" },
      take: ROWS_MAX,
    }),
    ctx.db.receiptQuery.findMany({
      where: { depositId: subjectId, merchantId },
      orderBy: { askedAt: "desc" },
      take: ROWS_MAX,
    }),
  ]);
  const people = await ctx.db.user.findMany({
    where: {
      id: {
        in: [
          ...decisions.flatMap(({ proposedById, decidedById }) => [
            proposedById,
            ...(decidedById === null ? [] : [decidedById]),
          ]),
          ...decisions.flatMap(({ params }) => namedIn(params).customerId ?? []),
          ...queries.map(({ askedById }) => askedById),
        ],
      },
      merchantId,
    },
    select: { id: true, name: true },
  });
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => names.get(id) ?? id;
  return {
    decisions: decisions.reverse().map((row) => ({
      id: row.id,
      action: REVIEW_ACTIONS.find((known) => known === row.action) ?? null,
      state: row.state,
      amount: decimalFromCents(row.amountCents),
      reason: maskText(row.reason),
      using: usedBy(row, queries, nameOf),
      by: nameOf(row.proposedById),
      isMine: row.proposedById === ctx.actor.id,
      at: row.proposedAt,
      before: row.deadlineAt,
      decidedBy: row.decidedById === null ? null : nameOf(row.decidedById),
      decidedAt: row.decidedAt,
      note: row.decisionNote === null ? null : maskText(row.decisionNote),
    })),
    queries: queries.reverse().map((row) => {
      const told = readTold(row.told);
      return {
        id: row.id,
        receipt: row.receipt,
        by: nameOf(row.askedById),
        reason: maskText(row.reason),
        at: row.askedAt,
        outcome: QUERY_OUTCOMES.find((known) => known === row.outcome) ?? null,
        answeredAt: row.answeredAt,
        amount: told && decimalFromCents(told.amountCents),
      };
    }),
  };
}

const Params = z.object({
  receipt: z.string().optional(),
  creditAmount: z.string().optional(),
  paymentId: z.string().optional(),
  customerId: z.string().optional(),
  queryId: z.string().optional(),
});

function namedIn(params: ReviewDecision["params"]): z.infer<typeof Params> {
  return Params.safeParse(params).data ?? {};
}

/** What a decision names beside its case. A voucher's code is none of it. */
function usedBy(
  { params }: Pick<ReviewDecision, "params">,
  queries: readonly Pick<ReceiptQuery, "id" | "receipt">[],
  nameOf: (userId: string) => string,
): string[] {
  const { queryId, creditAmount, customerId, ...named } = namedIn(params);
  const asked = queries.find(({ id }) => id === queryId);
  const customer = customerId === undefined ? [] : [nameOf(customerId), customerId];
  return [named.receipt, asked?.receipt, creditAmount, named.paymentId, ...customer].filter(
    (value) => value !== undefined,
  );
}
