import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { enqueue } from "@/lib/jobs/queue";
import { centsFromProvider } from "@/lib/kit/money";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { takeTurnOf } from "@/lib/payments/take-turn-of";
import { readRules } from "@/lib/payments/withdrawals/withdrawal-rules";
import { matchStatementJob } from "./statement-job";
import { StatementPreview, type StatementProgress } from "./statement-schemas";

const ASKED = "statement.import_asked";

/**
 * Has a previewed statement booked, by a job, or one that failed tried again. False when it was asked for
 * before. A file that would pay customers more than the merchant's limit, by itself or together with what this
 * person's own files were to pay in the last 24 hours, is booked by somebody else than who handed it in:
 * anybody can write a file. Throws `NotFoundError` for another merchant's, `ForbiddenError` for anyone but
 * staff, and `ForbiddenError("own_request")` for who handed such a file in.
 */
export async function importStatement(ctx: Ctx, input: { statementId: string }): Promise<boolean> {
  const { actor } = ctx;
  if (actor.kind !== "staff") throw new ForbiddenError();
  const { statementId } = input;
  return withTransaction(ctx, async (tx) => {
    await takeTurnOf(tx, actor.id);
    const where = { id: statementId, merchantId: tx.merchantId };
    const statement = await tx.db.statementImport.findFirst({
      where,
      select: { importedById: true, preview: true },
    });
    if (!statement) throw new NotFoundError();
    const isOwn = statement.importedById === actor.id;
    const cents = creditsOf(statement.preview);
    if (isOwn && (await isMoreThanOneMay(tx, { statementId, staffId: actor.id, cents }))) {
      throw new ForbiddenError("own_request");
    }
    const begun: StatementProgress = {
      kind: "progress",
      done: 0,
      at: tx.now().toISOString(),
      askedBy: actor.id,
    };
    const { count } = await tx.db.statementImport.updateMany({
      where: { ...where, state: { in: ["previewed", "failed"] } },
      data: { state: "matching", report: begun, tries: 0, nextTryAt: null },
    });
    if (count === 0) return false;
    await recordAudit(tx, { action: ASKED, subjectId: statementId });
    const { merchantId } = tx;
    await enqueue(tx, matchStatementJob, { merchantId, statementId }, { key: statementId });
    return true;
  });
}

/** What the file was to credit when it was read, in cents. */
function creditsOf(preview: unknown): bigint {
  const { forecast } = StatementPreview.parse(preview);
  const credits = forecast.find(({ what }) => what === "by_reference");
  return centsFromProvider(credits?.amount) ?? 0n;
}

/**
 * Against the limit above which no person decides alone: this file, with what the same person handed in and
 * had booked without anybody else in the last 24 hours, so that no row of smaller files walks around it. The
 * caller took their turn, so all of it is counted.
 */
async function isMoreThanOneMay(
  tx: Ctx,
  own: { statementId: string; staffId: string; cents: bigint },
): Promise<boolean> {
  const { reviewAboveCents } = await readRules(tx);
  if (reviewAboveCents === null || own.cents === 0n) return false;
  const before = await tx.db.$queryRaw<{ preview: unknown }[]>`
    SELECT s.preview FROM statement_imports s
     WHERE s.merchant_id = ${tx.merchantId} AND s.imported_by_id = ${own.staffId}
       AND s.id <> ${own.statementId}
       AND EXISTS (SELECT FROM audit_log a
                    WHERE a.subject_id = s.id AND a.action = ${ASKED} AND a.actor_id = ${own.staffId}
                      AND a.created_at > ${addMs(tx.now(), -DAY_MS)})`;
  const cents = before.reduce((sum, { preview }) => sum + creditsOf(preview), own.cents);
  return cents > reviewAboveCents;
}
