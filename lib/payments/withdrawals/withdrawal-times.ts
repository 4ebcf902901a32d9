import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";

/** An approval that nobody gives ends, and the money comes back. */
export const APPROVAL_ENDS_AFTER_MS = DAY_MS;
/** A withdrawal that cannot be sent for so long is given up, and the money comes back. */
export const SENDING_ENDS_AFTER_MS = 10 * MINUTE_MS;
/** So long look-ups go on; after that only a late message or a person settles it. */
export const CHECKS_END_AFTER_MS = 2 * DAY_MS;
/** A voucher whose answer was lost can only be told of by its callback; then a person looks. */
export const VOUCHER_PATIENCE_MS = 5 * MINUTE_MS;
/** A payout that nobody could tell of by then waits for a person, while the look-ups go on. */
export const MPESA_PATIENCE_MS = 15 * MINUTE_MS;

/** How long a job that died with its worker is waited for before the sweep takes its place. */
export const SEND_LEASE_MS = 30 * SECOND_MS;
const DEFER_MS = 5 * SECOND_MS;
const DEFER_SPREAD_MS = 5 * SECOND_MS;

/** From the moment of sending: when M-Pesa is asked what became of it. */
const ASK_AFTER_MS = [20 * SECOND_MS, 45 * SECOND_MS, 90 * SECOND_MS, 3 * MINUTE_MS, 6 * MINUTE_MS];
const ASK_LATER_EVERY_MS = HOUR_MS;
/** An answer to a look-up takes this long at least; a second question in between would tell nothing. */
export const ASKS_APART_MS = 10 * SECOND_MS;

/**
 * Of a row that M-Pesa is asked about: nobody asked lately. The condition of the update by which one asks, so
 * that of several at once only one does.
 */
export function notAskedLately(now: Date) {
  const lately = { gt: addMs(now, -ASKS_APART_MS), lte: now };
  return { OR: [{ statusAskedAt: null }, { NOT: { statusAskedAt: lately } }] };
}

/** When M-Pesa is asked again: soon at first, then at the end of all patience, then hourly. */
export function nextAskAt(input: { sentAt: Date; now: Date }): Date {
  const { now } = input;
  // A clock that was ahead when it was sent must not put the look-ups off.
  const sentAt = input.sentAt < now ? input.sentAt : now;
  const ages = [...ASK_AFTER_MS, MPESA_PATIENCE_MS];
  const due = ages.map((ageMs) => addMs(sentAt, ageMs)).find((at) => at > now);
  const earliest = addMs(now, ASKS_APART_MS);
  const at = due ?? addMs(now, ASK_LATER_EVERY_MS * (0.9 + 0.2 * Math.random()));
  return at > earliest ? at : earliest;
}

/** When a withdrawal that could not be sent is tried again; spread, so that a crowd does not come back together. */
export function nextSendAt(input: { now: Date; retryAt: Date | null }): Date {
  const { now, retryAt } = input;
  const base = retryAt && retryAt > now ? retryAt : addMs(now, DEFER_MS);
  return addMs(base, DEFER_SPREAD_MS * Math.random());
}
