import type { z } from "zod";
import type { Ctx } from "@/lib/context";
import { assert } from "@/lib/kit/assert";
import type { JobDefinition } from "./define-job";

/**
 * Enqueues a job in the caller's transaction: it runs if and only if the transaction commits. With a
 * `key`, a job of that key that still waits is replaced. Throws outside a transaction.
 */
export async function enqueue<Payload extends z.ZodType>(
  tx: Ctx,
  job: JobDefinition<Payload>,
  payload: z.input<Payload>,
  options: { runAt?: Date; key?: string } = {},
): Promise<void> {
  assert(tx.inTransaction, "a job is enqueued with the change that owes it");
  const json = JSON.stringify(job.payload.parse(payload));
  await tx.db.$executeRaw`
    SELECT graphile_worker.add_job(
      ${job.id}, ${json}::json, run_at := ${options.runAt ?? tx.now()}::timestamptz,
      max_attempts := ${job.attemptsMax}::integer, job_key := ${options.key ?? null}::text)`;
}
