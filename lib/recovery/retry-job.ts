import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";

/**
 * Gives a job that gave up one more life of tries, now. Throws `ForbiddenError` for anyone but staff and
 * `NotFoundError` when no dead job has this number.
 */
export async function retryJob(ctx: Ctx, input: { jobId: string }): Promise<void> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  if (!/^\d{1,18}$/.test(input.jobId)) throw new NotFoundError("job_not_found");
  const jobId = BigInt(input.jobId);
  await withTransaction(ctx, async (tx) => {
    const rows = await tx.db.$queryRaw<{ id: string }[]>`
      SELECT r.id::text FROM graphile_worker.jobs j JOIN graphile_worker._private_jobs p ON p.id = j.id
       CROSS JOIN LATERAL graphile_worker.reschedule_jobs(ARRAY[j.id], run_at := ${tx.now()}::timestamptz, attempts := 0) r
       WHERE j.id = ${jobId} AND j.attempts >= j.max_attempts AND j.locked_at IS NULL
         AND coalesce(p.payload ->> 'merchantId', ${tx.merchantId}) = ${tx.merchantId}`;
    if (rows.length === 0) throw new NotFoundError("job_not_found");
    await recordAudit(tx, { action: "job.retried", subjectId: input.jobId });
  });
}
