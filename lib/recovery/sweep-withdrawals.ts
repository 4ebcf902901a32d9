import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { checkWithdrawal } from "@/lib/payments/withdrawals/check-withdrawal";

/** While one worker looks at a withdrawal, the others leave it alone for this long. */
const SWEEP_LEASE_MS = 2 * MINUTE_MS;
const AT_ONCE = 6;
/** Nothing is due later than an approval ends: a clock that was ahead must not put a withdrawal away. */
const AHEAD_MAX_MS = DAY_MS + HOUR_MS;
/** A customer may still be looking at the page. */
const FRESH_MS = 15 * MINUTE_MS;

/**
 * Does what is due for open withdrawals, at most `limit`, and says how many it took: sends those whose job
 * died with its worker, ends approvals nobody gave, and asks about those whose outcome is open. The due
 * times are rows, so any number of workers may sweep. Fresh ones go first.
 */
export async function sweepWithdrawals(input: { now: () => Date; limit: number }): Promise<number> {
  const now = input.now();
  const due = await db().$queryRaw<{ id: string; merchantId: string }[]>`
    UPDATE withdrawals SET next_check_at = ${addMs(now, SWEEP_LEASE_MS)}
     WHERE id IN (SELECT id FROM withdrawals
                   WHERE next_check_at <= ${now}
                      OR next_check_at > ${addMs(now, AHEAD_MAX_MS)} AND greatest(created_at, sent_at) > ${now}
                   ORDER BY created_at > ${addMs(now, -FRESH_MS)} DESC, next_check_at LIMIT ${input.limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, merchant_id AS "merchantId"`;
  await forEachAtOnce(due, AT_ONCE, async ({ id, merchantId }) => {
    const ctx = makeCtx(
      merchantId,
      { kind: "system", id: "sweep-withdrawals" },
      { now: input.now },
    );
    try {
      await checkWithdrawal(ctx, { withdrawalId: id });
    } catch (error) {
      // It is due again when its lease is over; the others are due now.
      log().error({ err: error, withdrawalId: id }, "withdrawal not looked at");
    }
  });
  return due.length;
}
