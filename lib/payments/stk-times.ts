import { env } from "@/lib/env";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";

/**
 * Before this nobody is told "not paid" on the word of look-ups: they said so, in their time, of prompts
 * that were paid (docs/providers/daraja.md, "Query").
 */
export const NO_COUNTS_AFTER_MS = 5 * MINUTE_MS;

/** Two look-ups nearer to each other than this are one. */
export const NOES_APART_MS = 20 * SECOND_MS;

/** After this the machines have asked often enough, and a person is told. */
export const CHECK_ENDS_AFTER_MS = 48 * HOUR_MS;

/** When a prompt without a callback is looked up, counted from its sending. */
const CHECKS_AFTER_MS = [25, 45, 75, 120, 240].map((seconds) => seconds * SECOND_MS);
const LATER_EVERY_MS = HOUR_MS;
/** After a look-up that brought no answer; twice as long after each one before it. */
const ASK_AGAIN_AFTER_MS = 8 * SECOND_MS;
const JITTER = 0.1;

/** When this phone may be prompted for the same amount again: M-Pesa refuses it sooner. */
export function mayPromptAgainAt(pushedAt: Date): Date {
  const { phoneIntervalMs, sameAmountIntervalMs } = env().mpesa;
  return addMs(pushedAt, Math.max(phoneIntervalMs, sameAmountIntervalMs));
}

/** The first look-up of a prompt sent at `sentAt`. */
export function firstCheckAt(sentAt: Date): Date {
  return addMs(sentAt, jittered(CHECKS_AFTER_MS[0] ?? LATER_EVERY_MS));
}

/**
 * The next look-up of a prompt sent at `sentAt`: the next step of the schedule that is still ahead, however
 * often somebody asked in between. A "no" is confirmed soon after it may count, rather than an hour later,
 * and what an outage delayed is not asked twice in a moment. `unanswered` counts the look-ups of a prompt
 * whose last one brought no answer: a fifth of them bring none for no reason, so it is asked sooner.
 */
export function nextCheckAt(input: {
  sentAt: Date;
  noes: number;
  now: Date;
  unanswered?: number;
}): Date {
  const scheduled = scheduledCheckAt(input);
  if (input.unanswered === undefined) return scheduled;
  const again = addMs(
    input.now,
    jittered(ASK_AGAIN_AFTER_MS * 2 ** Math.min(input.unanswered, 12)),
  );
  return again < scheduled ? again : scheduled;
}

function scheduledCheckAt(input: { sentAt: Date; noes: number; now: Date }): Date {
  const { sentAt, now } = input;
  const soonest = addMs(now, jittered(NOES_APART_MS));
  const ageMs = now.getTime() - sentAt.getTime();
  const step = CHECKS_AFTER_MS.find((afterMs) => afterMs > ageMs);
  if (step !== undefined) return latest(addMs(sentAt, jittered(step)), soonest);
  if (input.noes > 0) return latest(addMs(sentAt, jittered(NO_COUNTS_AFTER_MS)), soonest);
  return addMs(now, jittered(LATER_EVERY_MS));
}

/** Never earlier than asked, and a little later at random, so that many do not fall due together. */
function jittered(ms: number): number {
  return ms * (1 + JITTER * Math.random());
}

function latest(a: Date, b: Date): Date {
  return a > b ? a : b;
}
