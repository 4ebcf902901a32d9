import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { workStatement } from "./work-statement";

/** Nothing noted for so long: whoever was at it has died. A batch takes a second or two. */
const SILENT_MS = 60 * SECOND_MS;

/** Goes on with statements whose worker died in the middle. Returns how many there were. */
export async function sweepStatements(input: { now: () => Date; limit: number }): Promise<number> {
  const now = input.now();
  const rows = await db().$queryRaw<{ id: string; merchantId: string }[]>`
    UPDATE statement_imports SET report = jsonb_set(report, '{at}', to_jsonb(${now.toISOString()}::text))
     WHERE id IN (
       SELECT id FROM statement_imports
        WHERE state = 'matching' AND report ->> 'at' < ${addMs(now, -SILENT_MS).toISOString()}
          AND (next_try_at IS NULL OR next_try_at <= ${now})
        ORDER BY id LIMIT ${input.limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, merchant_id AS "merchantId"`;
  for (const { id, merchantId } of rows) {
    const ctx = makeCtx(merchantId, { kind: "system", id: "sweep-statements" }, input);
    try {
      await workStatement(ctx, { statementId: id });
    } catch (error) {
      // It is taken up again later, some times; the others must not wait for that.
      log().error({ err: error, statementId: id }, "a statement was not worked to its end");
    }
  }
  return rows.length;
}
