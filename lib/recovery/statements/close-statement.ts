import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ConflictError, ForbiddenError, NotFoundError } from "@/lib/errors";
import { buildReport } from "./build-report";
import type { StatementReport } from "./statement-schemas";

/**
 * Compares both books again for the period of a matched statement, with what has come in and been decided
 * since, and keeps the report. Throws `NotFoundError` for another merchant's statement, `ConflictError`
 * for one that is not matched, or while another report of the merchant is being made, and `ForbiddenError` for anyone but staff.
 */
export async function closeStatement(
  ctx: Ctx,
  input: { statementId: string },
): Promise<StatementReport> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const where = { id: input.statementId, merchantId: ctx.merchantId };
  const row = await ctx.db.statementImport.findFirst({ where, select: { state: true } });
  if (!row) throw new NotFoundError();
  if (row.state !== "matched") throw new ConflictError("statement_not_matched");
  // It reads all lines of the period, and every press would hold a connection for as long.
  const report = await buildReport(ctx, { ...input, alone: true });
  if (!report) throw new ConflictError("report_being_made");
  await withTransaction(ctx, async (tx) => {
    await tx.db.statementImport.update({
      where: { id: input.statementId },
      data: { report },
      select: { id: true },
    });
    await recordAudit(tx, {
      action: "statement.closed",
      subjectId: input.statementId,
      after: { difference: report.difference, in_flight: report.inFlight.amount },
    });
  });
  return report;
}
