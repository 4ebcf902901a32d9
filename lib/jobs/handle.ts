import type { Task } from "graphile-worker";
import type { z } from "zod";
import type { JobDefinition } from "./define-job";

export interface JobHandler {
  readonly id: string;
  readonly run: Task;
}

/** Ties a job to what it does. A payload that does not parse fails the job loudly. */
export function handle<Payload extends z.ZodType>(
  job: JobDefinition<Payload>,
  work: (payload: z.output<Payload>) => Promise<void>,
): JobHandler {
  return { id: job.id, run: (payload) => work(job.payload.parse(payload)) };
}
