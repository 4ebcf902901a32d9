import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { MINUTE_MS } from "@/lib/kit/time";

/** Tried so often without coming any further, a statement waits for a person. */
const TRIES_MAX = 5;

/**
 * Works a statement, and counts that before it begins, so that a process which dies of it counts as well. False
 * when nobody is to book it, or nothing came of it often enough: then it has failed. What `work` throws is
 * thrown on.
 */
export async function tryStatement(
  ctx: Ctx,
  input: { statementId: string; work: () => Promise<void> },
): Promise<boolean> {
  const { statementId, work } = input;
  const tries = await beginTry(ctx, statementId);
  if (tries === null) return false;
  if (tries > TRIES_MAX) {
    await giveUp(ctx, statementId);
    return false;
  }
  try {
    await work();
  } catch (error) {
    await giveUp(ctx, statementId);
    throw error;
  }
  return true;
}

/** Each wait for the next is twice as long as the one before: 1, 2, 4, 8 minutes. */
async function beginTry(ctx: Ctx, statementId: string): Promise<number | null> {
  const rows = await ctx.db.$queryRaw<{ tries: number }[]>`
    UPDATE statement_imports
       SET tries = tries + 1,
           next_try_at = ${ctx.now()}::timestamptz
                         + least(2 ^ tries, 60) * ${MINUTE_MS}::int * interval '1 millisecond'
     WHERE id = ${statementId} AND merchant_id = ${ctx.merchantId} AND state = 'matching'
    RETURNING tries`;
  return rows[0]?.tries ?? null;
}

/** Only after its last try; one that came any further began to count anew. */
async function giveUp(ctx: Ctx, statementId: string): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.statementImport.updateMany({
      where: {
        ...{ id: statementId, merchantId: tx.merchantId, state: "matching" },
        tries: { gte: TRIES_MAX },
      },
      data: { state: "failed", nextTryAt: null },
    });
    if (count === 0) return;
    await recordAudit(tx, {
      action: "statement.failed",
      subjectId: statementId,
      after: { tries: TRIES_MAX },
    });
  });
}
