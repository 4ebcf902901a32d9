import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { checkDeposit } from "@/lib/payments/check-deposit";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";

/** While one worker looks a deposit up, the others leave it alone for this long. */
const SWEEP_LEASE_MS = 2 * MINUTE_MS;
/** Look-ups under way together: a full sweep fits into the lease even when the provider answers nothing. */
const AT_ONCE = 6;
/** A customer may still be looking at the page. */
const FRESH_MS = 15 * MINUTE_MS;

/**
 * Looks up deposits whose next check is due, at most `limit`, and says how many it took. The due times
 * are rows, so any number of workers may sweep, and whatever piled up during an outage is simply due. Fresh
 * deposits go first: their customers are not made to wait for yesterday's.
 */
export async function sweepDeposits(input: { now: () => Date; limit: number }): Promise<number> {
  const now = input.now();
  const due = await db().$queryRaw<{ id: string; merchantId: string }[]>`
    UPDATE deposits SET next_check_at = ${addMs(now, SWEEP_LEASE_MS)}
     WHERE id IN (SELECT id FROM deposits WHERE next_check_at <= ${now}
                   ORDER BY created_at > ${addMs(now, -FRESH_MS)} DESC, next_check_at LIMIT ${input.limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, merchant_id AS "merchantId"`;
  await forEachAtOnce(due, AT_ONCE, async ({ id, merchantId }) => {
    const ctx = makeCtx(merchantId, { kind: "system", id: "sweep-deposits" }, { now: input.now });
    try {
      await checkDeposit(ctx, { depositId: id });
    } catch (error) {
      // It is due again when its lease is over; the others are due now.
      log().error({ err: error, depositId: id }, "deposit not looked up");
    }
  });
  return due.length;
}
