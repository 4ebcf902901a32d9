import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { enqueue } from "@/lib/jobs/queue";
import { centsFromProvider } from "@/lib/kit/money";
import { readRules } from "@/lib/payments/withdrawals/withdrawal-rules";
import { matchStatementJob } from "./statement-job";
import { StatementPreview, type StatementProgress } from "./statement-schemas";

/**
 * Has a previewed statement booked, by a job. False when it was asked for before. A file that would pay
 * customers more than the merchant's limit is booked by somebody else than who handed it in: anybody can write
 * a file. Throws `NotFoundError` for another merchant's, `ForbiddenError` for anyone but staff, and
 * `ForbiddenError("own_request")` for who handed such a file in.
 */
export async function importStatement(ctx: Ctx, input: { statementId: string }): Promise<boolean> {
  const { actor } = ctx;
  if (actor.kind !== "staff") throw new ForbiddenError();
  const { statementId } = input;
  return withTransaction(ctx, async (tx) => {
    const where = { id: statementId, merchantId: tx.merchantId };
    const statement = await tx.db.statementImport.findFirst({
      where,
      select: { importedById: true, preview: true },
    });
    if (!statement) throw new NotFoundError();
    const isOwn = statement.importedById === actor.id;
    if (isOwn && (await paysMoreThanOneMay(tx, statement.preview))) {
      throw new ForbiddenError("own_request");
    }
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

/** What the file alone would credit, against the limit above which no person decides alone. */
async function paysMoreThanOneMay(tx: Ctx, preview: unknown): Promise<boolean> {
  const { reviewAboveCents } = await readRules(tx);
  if (reviewAboveCents === null) return false;
  const { forecast } = StatementPreview.parse(preview);
  const credits = forecast.find(({ what }) => what === "by_reference");
  return (centsFromProvider(credits?.amount) ?? 0n) > reviewAboveCents;
}
