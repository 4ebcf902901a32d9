import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { assert } from "@/lib/kit/assert";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { log } from "@/lib/log";
import { readStatementFile } from "../statement-file/read-statement-file";
import type { StatementLine } from "../statement-file/statement";
import { matchLines } from "../transactions/match-lines";
import { matchTransaction } from "../transactions/match-transaction";
import { bookCosts } from "./book-costs";
import { buildReport } from "./build-report";
import { openContent } from "./statement-content";
import { linesToBook } from "./statement-lines";
import { readOutcome, type StatementProgress } from "./statement-schemas";
import { storeLines } from "./store-lines";
import { tickKnownLines } from "./tick-known-lines";
import { tryStatement } from "./try-statement";

const BATCH_LINES = 1_000;
/** Deposits that are locked at the same time, and what one transaction does within its time. */
const MATCHED_TOGETHER = 250;
const MATCHED_AT_ONCE = 4;

interface OpenStatement {
  readonly id: string;
  readonly accountId: string;
  readonly shortcode: string;
  readonly total: number;
  /** Those that are still to be stored. */
  readonly lines: StatementLine[];
  readonly progress: StatementProgress;
}

/**
 * Books the lines of a statement that somebody asked for: a batch at a time what is known by its receipt
 * and what is a charge or a transfer, then, many at once, what has to be looked for. Each batch is one
 * Postgres transaction, so it goes on where a process died, and two at once do nothing twice. At the end
 * the file is forgotten and the closing report kept. One that cannot be worked has failed after some tries.
 */
export async function workStatement(ctx: Ctx, input: { statementId: string }): Promise<void> {
  const { statementId } = input;
  await tryStatement(ctx, { statementId, work: () => workToItsEnd(ctx, input) });
}

async function workToItsEnd(ctx: Ctx, input: { statementId: string }): Promise<void> {
  const statement = await openStatement(ctx, input.statementId);
  if (!statement) return;
  const { lines } = statement;
  while (lines.length > 0) {
    // Taken out, so that nothing of a large file is kept longer than it is needed.
    const batch = lines.splice(0, BATCH_LINES);
    const done = statement.total - lines.length;
    const isStillOpen = await withTransaction(ctx, (tx) => workBatch(tx, statement, batch, done));
    if (!isStillOpen) return;
  }
  await matchTheRest(ctx, statement);
  await finish(ctx, statement);
}

async function openStatement(ctx: Ctx, statementId: string): Promise<OpenStatement | null> {
  const row = await ctx.db.statementImport.findFirst({
    where: { id: statementId, merchantId: ctx.merchantId, state: "matching" },
    include: { account: { select: { shortcode: true } } },
  });
  if (!row) return null;
  const { id, accountId, fileName, content, account } = row;
  const progress = readOutcome(row.report);
  assert(content && progress?.kind === "progress", "a statement is kept until it is matched");
  const reading = await readStatementFile({ bytes: await openContent(content), fileName });
  assert(reading.kind === "read", "a file that was read once can be read again");
  const { lines } = linesToBook(reading.statement.lines);
  const { shortcode } = account;
  const left = lines.slice(progress.done);
  return { id, accountId, shortcode, total: lines.length, lines: left, progress };
}

async function workBatch(
  tx: Ctx,
  statement: OpenStatement,
  batch: readonly StatementLine[],
  done: number,
): Promise<boolean> {
  if (!(await noteProgress(tx, statement, { done, tries: 0 }))) return false;
  const fresh = await storeLines(tx, statement, batch);
  const old = fresh.filter(({ isOld }) => isOld);
  await tickKnownLines(
    tx,
    old.map(({ id }) => id),
  );
  await bookCosts(tx, statement, fresh);
  return true;
}

/** Also tells other workers that somebody is at it. False when it was ended meanwhile. */
async function noteProgress(
  tx: Ctx,
  statement: OpenStatement,
  come: { done: number; tries?: number },
): Promise<boolean> {
  const progress: StatementProgress = {
    ...statement.progress,
    done: come.done,
    at: tx.now().toISOString(),
  };
  const { count } = await tx.db.statementImport.updateMany({
    where: { id: statement.id, state: "matching" },
    data: { report: progress, tries: come.tries },
  });
  return count === 1;
}

/**
 * What has to be looked for, many in one transaction; what that leaves, each in one of its own, for one line
 * that cannot be matched holds up none of the others.
 */
async function matchTheRest(ctx: Ctx, statement: OpenStatement): Promise<void> {
  let after = "";
  let failed = 0;
  for (;;) {
    const ids = await freshLinesAfter(ctx, statement, after);
    if (ids.length === 0) break;
    await matchTogether(ctx, statement, ids);
    const left = await stillFresh(ctx, ids);
    await forEachAtOnce(left, MATCHED_AT_ONCE, async (id) => {
      try {
        await matchTransaction(ctx, { transactionId: id });
      } catch (error) {
        failed += 1;
        log().error({ err: error, transactionId: id }, "a line of a statement was not matched");
      }
    });
    after = ids.at(-1) ?? after;
    await noteProgress(ctx, statement, { done: statement.total });
  }
  if (failed > 0) throw new Error(`${failed} lines of ${statement.id} were not matched`);
}

/** Again while it finds something: of two lines for one deposit the second is looked at after the first. */
async function matchTogether(ctx: Ctx, { accountId }: OpenStatement, ids: string[]): Promise<void> {
  try {
    while ((await matchLines(ctx, { accountId, transactionIds: ids })) > 0);
  } catch (error) {
    log().warn({ err: error }, "lines of a statement are matched one after the other");
  }
}

async function freshLinesAfter(ctx: Ctx, { id }: OpenStatement, after: string): Promise<string[]> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM provider_transactions
     WHERE merchant_id = ${ctx.merchantId} AND settled_at IS NULL AND standing = 'fresh'
       AND statement_id = ${id} AND id > ${after}
     ORDER BY id LIMIT ${MATCHED_TOGETHER}`;
  return rows.map((row) => row.id);
}

async function stillFresh(ctx: Ctx, ids: readonly string[]): Promise<string[]> {
  const rows = await ctx.db.providerTransaction.findMany({
    where: { id: { in: [...ids] }, standing: "fresh" },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

async function finish(ctx: Ctx, { id }: OpenStatement): Promise<void> {
  const report = await buildReport(ctx, { statementId: id });
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.statementImport.updateMany({
      where: { id, state: "matching" },
      data: { state: "matched", matchedAt: tx.now(), content: null, report },
    });
    if (count === 0) return;
    await recordAudit(tx, {
      action: "statement.matched",
      subjectId: id,
      after: { difference: report.difference, in_flight: report.inFlight.amount },
    });
  });
}
