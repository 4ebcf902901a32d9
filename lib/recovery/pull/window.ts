import { addMs, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";

/** M-Pesa's list goes no further back (docs/providers/daraja.md, "Pull"). */
export const HISTORY_BACK_MS = 48 * HOUR_MS;

/** What is asked for must still be within reach when the last page is. */
const MARGIN_MS = 5 * MINUTE_MS;

/** From when on a list that is asked for now can be had, to its last page. */
export function earliestOf(now: Date): Date {
  return addMs(now, MARGIN_MS - HISTORY_BACK_MS);
}
