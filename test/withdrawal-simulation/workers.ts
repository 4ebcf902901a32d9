import { db } from "@/lib/db";
import { sweepMessages } from "@/lib/inbox/sweep-messages";
import { HANDLERS } from "@/lib/jobs/registry";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import type { CrashPoint } from "../simulation/crash-points";
import { clock } from "../simulation/recover";
import { inProcess } from "./processes";

const LIMIT = 200;
const AT_ONCE = 6;

export interface Job {
  readonly id: bigint;
  readonly task: string;
  readonly payload: unknown;
}

/**
 * One turn of a worker that may die in it: messages nobody finished, `jobs` it has taken, withdrawals that
 * are due.
 */
export async function workerTurn(jobs: readonly Job[], crash: CrashPoint | null): Promise<void> {
  await inProcess(async () => {
    await sweepMessages({ now: clock, limit: LIMIT });
    const done: bigint[] = [];
    await forEachAtOnce(jobs, AT_ONCE, async (job) => {
      const handler = HANDLERS.find(({ id }) => id === job.task);
      if (!handler) throw new Error(`nobody handles ${job.task}`);
      await Reflect.apply(handler.run, undefined, [job.payload]);
      done.push(job.id);
    });
    await forget(done);
    await sweepWithdrawals({ now: clock, limit: LIMIT });
  }, crash);
}

/** The jobs that are due; nobody else gets them until they are freed. */
export async function takeJobs(): Promise<Job[]> {
  return db().$queryRaw<Job[]>`
    WITH due AS (
      SELECT id FROM graphile_worker._private_jobs
       WHERE locked_at IS NULL AND run_at <= ${clock()} ORDER BY id LIMIT ${LIMIT} FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE graphile_worker._private_jobs j SET locked_at = now(), locked_by = 'worker', attempts = attempts + 1
        FROM due WHERE j.id = due.id RETURNING j.id, j.task_id, j.payload)
    SELECT taken.id, t.identifier AS task, taken.payload
      FROM taken JOIN graphile_worker._private_tasks t ON t.id = taken.task_id ORDER BY taken.id`;
}

async function forget(done: readonly bigint[]): Promise<void> {
  if (done.length === 0) return;
  await db().$executeRaw`DELETE FROM graphile_worker._private_jobs WHERE id = ANY(${done})`;
}

/** The queue takes the locks of dead workers away, some time after they died. */
export async function freeJobs(): Promise<void> {
  await db().$executeRaw`
    UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL WHERE locked_at IS NOT NULL`;
}

/** Jobs that nobody has done. */
export async function jobsLeft(): Promise<string[]> {
  const rows = await db().$queryRaw<{ task: string; payload: unknown }[]>`
    SELECT t.identifier AS task, j.payload
      FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id`;
  return rows.map(({ task, payload }) => `${task} ${JSON.stringify(payload)}`);
}
