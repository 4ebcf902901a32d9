import { env } from "@/lib/env";
import { addMs, MINUTE_MS } from "@/lib/kit/time";

/**
 * Before this nobody is told "not paid" on the word of look-ups: they said so, in their time, of prompts
 * that were paid (docs/providers/daraja.md, "What became of a prompt").
 */
export const NO_COUNTS_AFTER_MS = 5 * MINUTE_MS;

/** When this phone may be prompted for the same amount again: M-Pesa refuses it sooner. */
export function mayPromptAgainAt(pushedAt: Date): Date {
  const { phoneIntervalMs, sameAmountIntervalMs } = env().mpesa;
  return addMs(pushedAt, Math.max(phoneIntervalMs, sameAmountIntervalMs));
}
