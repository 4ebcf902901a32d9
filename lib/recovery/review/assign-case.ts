import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, InvalidInputError } from "@/lib/errors";
import { findSubject } from "./find-subject";

/**
 * Gives a case to a member of staff, or takes it: from then on they look after it. Throws `ForbiddenError`
 * for anyone but staff, `NotFoundError` when the case is not this merchant's and `InvalidInputError` when
 * the person is none of its people.
 */
export async function assignCase(
  ctx: Ctx,
  input: { subjectId: string; assigneeId: string },
): Promise<void> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const { subjectId, assigneeId } = input;
  await withTransaction(ctx, async (tx) => {
    await findSubject(tx, subjectId);
    const { merchantId } = tx;
    const person = await tx.db.user.findFirst({
      where: { id: assigneeId, merchantId, role: { in: ["staff", "admin"] } },
      select: { name: true },
    });
    if (!person) throw new InvalidInputError({ assignee: "not_found" });
    const key = { merchantId, subjectId };
    const before = await tx.db.caseAssignment.findUnique({ where: { merchantId_subjectId: key } });
    if (before?.assigneeId === assigneeId) return;
    const data = { assigneeId, assignedById: tx.actor.id, assignedAt: tx.now() };
    await tx.db.caseAssignment.upsert({
      where: { merchantId_subjectId: key },
      create: { ...key, ...data },
      update: data,
      select: { subjectId: true },
    });
    await recordAudit(tx, {
      action: "review.assigned",
      subjectId,
      before: { assignee: before?.assigneeId ?? null },
      after: { assignee: assigneeId },
    });
  });
}
