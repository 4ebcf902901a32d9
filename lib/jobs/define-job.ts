import type { z } from "zod";

/** A job is a name, a payload and a number of tries; its handler lives apart, so naming it is cheap. */
export interface JobDefinition<Payload extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly payload: Payload;
  /** After this many failed tries the job is a dead letter: kept, counted and shown to staff. */
  readonly attemptsMax: number;
}

export function defineJob<Payload extends z.ZodType>(
  definition: JobDefinition<Payload>,
): JobDefinition<Payload> {
  return definition;
}
