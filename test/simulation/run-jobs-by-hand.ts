import { db } from "@/lib/db";
import { HANDLERS } from "@/lib/jobs/registry";
import { runUntilCrash, type CrashPoint } from "./crash-points";

/**
 * Runs the jobs that are due as a worker that dies at `crash`. A job under way when it dies keeps its
 * lock for the moment; the queue takes such locks away, which is the second step here.
 */
export async function runJobsUntilCrash(now: Date, crash: CrashPoint): Promise<void> {
  const jobs = await db().$queryRaw<{ id: bigint; task: string; payload: unknown }[]>`
    WITH taken AS (
      UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'dying', attempts = attempts + 1
       WHERE locked_at IS NULL AND run_at <= ${now} RETURNING id, task_id, payload)
    SELECT taken.id, t.identifier AS task, taken.payload
      FROM taken JOIN graphile_worker._private_tasks t ON t.id = taken.task_id ORDER BY taken.id`;
  const done: bigint[] = [];
  await runUntilCrash(async () => {
    for (const job of jobs) {
      const handler = HANDLERS.find(({ id }) => id === job.task);
      if (!handler) throw new Error(`nobody handles ${job.task}`);
      await Reflect.apply(handler.run, undefined, [job.payload]);
      done.push(job.id);
    }
  }, crash);
  await db().$executeRaw`
    DELETE FROM graphile_worker._private_jobs WHERE locked_by = 'dying' AND id = ANY(${done})`;
  await db().$executeRaw`
    UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL WHERE locked_by = 'dying'`;
}
