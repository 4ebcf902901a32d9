import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { enqueue } from "@/lib/jobs/queue";
import { matchStatementJob } from "./statement-job";
import type { StatementProgress } from "./statement-schemas";

/**
 * Has a previewed statement booked, by a job. False when it was asked for before. Throws `NotFoundError`
 * for another merchant's, and `ForbiddenError` for anyone but staff.
 */
export async function importStatement(ctx: Ctx, input: { statementId: string }): Promise<boolean> {
  const { actor } = ctx;
  if (actor.kind !== "staff") throw new ForbiddenError();
  const { statementId } = input;
  return withTransaction(ctx, async (tx) => {
    const where = { id: statementId, merchantId: tx.merchantId };
    if ((await tx.db.statementImport.count({ where })) === 0) throw new NotFoundError();
    const begun: StatementProgress = {
      kind: "progress",
      done: 0,
      at: tx.now().toISOString(),
      askedBy: actor.id,
    };
    const { count } = await tx.db.statementImport.updateMany({
      where: { ...where, state: "previewed" },
      data: { state: "matching", report: begun },
    });
    if (count === 0) return false;
    await recordAudit(tx, { action: "statement.import_asked", subjectId: statementId });
    const { merchantId } = tx;
    await enqueue(tx, matchStatementJob, { merchantId, statementId }, { key: statementId });
    return true;
  });
}
