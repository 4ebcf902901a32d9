import { makeCtx, withTransaction } from "@/lib/context";
import { db } from "@/lib/db";
import { enqueue } from "@/lib/jobs/queue";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { resumeRedemptionJob } from "@/lib/payments/jobs";

/** No job of a claim runs longer; one that still holds its lock then belongs to a dead worker. */
const JOB_MS_MAX = 2 * MINUTE_MS;

/**
 * Gives every open claim that lost its job a new one, at most `limit`, and says how many. A worker that
 * is killed leaves its job locked for hours; a claim waits minutes at most. Claims that a living process
 * holds, that have a job waiting for its time or given up for staff to see, or that wait for a person,
 * are left alone.
 */
export async function sweepClaims(input: { now: () => Date; limit: number }): Promise<number> {
  const now = input.now();
  const orphans = await db().$queryRaw<{ id: string; merchantId: string }[]>`
    SELECT r.id, r.merchant_id AS "merchantId"
      FROM voucher_redemptions r JOIN deposits d ON d.id = r.deposit_id AND d.state = 'redeeming'
     WHERE r.settled_at IS NULL AND r.state IN ('redeeming', 'unknown')
       AND (r.lease_until IS NULL OR r.lease_until < ${now})
       AND NOT EXISTS (SELECT FROM graphile_worker.jobs j
                        WHERE j.key = 'redemption:' || r.id
                          AND (j.locked_at IS NULL OR j.locked_at > ${addMs(now, -JOB_MS_MAX)}))
     ORDER BY r.created_at LIMIT ${input.limit}`;
  for (const { id, merchantId } of orphans) {
    const ctx = makeCtx(merchantId, { kind: "system", id: "sweep-claims" }, { now: input.now });
    await withTransaction(ctx, (tx) =>
      enqueue(
        tx,
        resumeRedemptionJob,
        { merchantId, redemptionId: id },
        { key: `redemption:${id}` },
      ),
    );
  }
  return orphans.length;
}
