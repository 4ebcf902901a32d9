import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { checkRefund } from "@/lib/payments/refunds/check-refund";

/** While one worker looks at a refund, the others leave it alone for this long. */
const SWEEP_LEASE_MS = 2 * MINUTE_MS;
const AT_ONCE = 6;
/** Nothing is due later than an approval ends: a clock that was ahead must not put a refund away. */
const AHEAD_MAX_MS = DAY_MS + HOUR_MS;
/** A customer may still be looking at the page. */
const FRESH_MS = 15 * MINUTE_MS;

/**
 * Does what is due for open refunds, at most `limit`, and says how many it took: sends those whose job
 * died with its worker, ends approvals nobody gave, and asks about those whose outcome is open. The due
 * times are rows, so any number of workers may sweep. Fresh ones go first.
 */
export async function sweepRefunds(input: { now: () => Date; limit: number }): Promise<number> {
  const now = input.now();
  const due = await db().$queryRaw<{ id: string; merchantId: string }[]>`
    UPDATE refunds SET next_check_at = ${addMs(now, SWEEP_LEASE_MS)}
     WHERE id IN (SELECT id FROM refunds
                   WHERE next_check_at <= ${now}
                      OR next_check_at > ${addMs(now, AHEAD_MAX_MS)} AND greatest(created_at, sent_at) > ${now}
                   ORDER BY created_at > ${addMs(now, -FRESH_MS)} DESC, next_check_at LIMIT ${input.limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, merchant_id AS "merchantId"`;
  await forEachAtOnce(due, AT_ONCE, async ({ id, merchantId }) => {
    const ctx = makeCtx(merchantId, { kind: "system", id: "sweep-refunds" }, { now: input.now });
    try {
      await checkRefund(ctx, { refundId: id });
    } catch (error) {
      // It is due again when its lease is over; the others are due now.
      log().error({ err: error, refundId: id }, "refund not looked at");
    }
  });
  return due.length;
}
