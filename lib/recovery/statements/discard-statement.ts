import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";

/**
 * Puts a file aside that nothing was booked of, or that could not be booked to its end, and forgets what is in
 * it; what was booked stays so. False when it is too late. The same file may come again. Throws
 * `NotFoundError` for another merchant's.
 */
export async function discardStatement(ctx: Ctx, input: { statementId: string }): Promise<boolean> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const { statementId } = input;
  return withTransaction(ctx, async (tx) => {
    const where = { id: statementId, merchantId: tx.merchantId };
    if ((await tx.db.statementImport.count({ where })) === 0) throw new NotFoundError();
    const { count } = await tx.db.statementImport.updateMany({
      where: { ...where, state: { in: ["previewed", "failed"] } },
      data: { state: "discarded", content: null },
    });
    if (count === 0) return false;
    await recordAudit(tx, { action: "statement.discarded", subjectId: statementId });
    return true;
  });
}
