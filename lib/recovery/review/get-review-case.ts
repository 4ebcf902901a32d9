import type { Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { maskEmail } from "@/lib/kit/email";
import { isId } from "@/lib/kit/ids";
import { maskPhone } from "@/lib/kit/phone";
import type { ReviewCase } from "./review-case";
import { isDrift } from "./drift";
import { readDepositPanel } from "./read-deposit-panel";
import { readDriftPanel } from "./read-drift-panel";
import { readHistory } from "./read-history";
import { readMessagePanel } from "./read-message-panel";
import { readRefundPanel } from "./read-refund-panel";
import { readTransactionPanel } from "./read-transaction-panel";
import { readWithdrawalPanel } from "./read-withdrawal-panel";
import type { SubjectPanel } from "./subject-panel";

/**
 * What staff may do about one case, and what was decided about it before: the panel of its page. Throws
 * `ForbiddenError` for anyone but staff and `NotFoundError` when it is not this merchant's.
 */
export async function getReviewCase(
  ctx: Ctx,
  input: { subjectId: string; customerIds?: readonly string[] },
): Promise<ReviewCase> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const { subjectId, customerIds = [] } = input;
  const panel = await readPanel(ctx, subjectId);
  if (!panel) throw new NotFoundError();
  const { merchantId } = ctx;
  const [history, people, assignment, customers] = await Promise.all([
    readHistory(ctx, subjectId),
    ctx.db.user.findMany({
      where: { merchantId, role: { in: ["staff", "admin"] } },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      select: { id: true, name: true },
    }),
    ctx.db.caseAssignment.findFirst({
      where: { subjectId, merchantId },
      select: { assignee: { select: { id: true, name: true } } },
    }),
    ctx.db.user.findMany({
      where: { id: { in: [...customerIds] }, merchantId, role: "customer" },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      select: { id: true, name: true, phone: true, email: true },
    }),
  ]);
  return {
    subjectId,
    ...panel,
    ...history,
    people,
    assignee: assignment?.assignee ?? null,
    viewerId: ctx.actor.id,
    customers: customers.map(({ id, name, phone, email }) => ({
      ...{ id, name },
      contact: phone !== null ? maskPhone(phone) : email !== null ? maskEmail(email) : null,
    })),
  };
}

async function readPanel(ctx: Ctx, id: string): Promise<SubjectPanel | null> {
  if (isId("deposit", id)) return readDepositPanel(ctx, id);
  if (isId("withdrawal", id)) return readWithdrawalPanel(ctx, id);
  if (isId("transaction", id)) return readTransactionPanel(ctx, id);
  if (isId("refund", id)) return readRefundPanel(ctx, id);
  if (isId("message", id)) return readMessagePanel(ctx, id);
  if (isDrift(id)) return readDriftPanel(ctx, id);
  return null;
}
