import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { pullWindow, type PulledWindow } from "./pull-window";
import { earliestOf } from "./window";

/** A payment may be listed late; what was read before is read again for this long. */
const LOOK_BACK_MS = 2 * HOUR_MS;
/** The end of what is known and the beginning of what is read must meet. */
const OVERLAP_MS = 5 * MINUTE_MS;

export const SCHEDULE = "schedule";

/**
 * Reads M-Pesa's list of the last two hours for every shortcode whose list is open to us, and, after an
 * outage, from where the history is known, as far back as M-Pesa goes. One that cannot be read keeps no
 * other one from being read.
 */
export async function pullRecentHistory(input: { now: () => Date }): Promise<PulledWindow[]> {
  const accounts = await db().providerAccount.findMany({
    where: {
      provider: "mpesa",
      environment: env().mpesa.environment,
      pullSince: { not: null },
    },
    orderBy: { createdAt: "asc" },
    select: { id: true, merchantId: true, pulledUntil: true },
  });
  const read: PulledWindow[] = [];
  for (const { id, merchantId, pulledUntil } of accounts) {
    const ctx = makeCtx(merchantId, { kind: "system", id: "pull-history" }, { now: input.now });
    const now = input.now();
    try {
      const from = beginningOf({ pulledUntil, now });
      read.push(await pullWindow(ctx, { accountId: id, from, to: now, askedBy: SCHEDULE }));
    } catch (error) {
      log().error({ err: error, accountId: id }, "M-Pesa's list was not read");
    }
  }
  return read;
}

/** Where to begin: a list that was never read is read as far back as it goes. */
export function beginningOf(input: { pulledUntil: Date | null; now: Date }): Date {
  const { pulledUntil, now } = input;
  const earliest = earliestOf(now);
  if (pulledUntil === null) return earliest;
  const usual = addMs(now, -LOOK_BACK_MS);
  const joined = addMs(pulledUntil, -OVERLAP_MS);
  const wanted = joined < usual ? joined : usual;
  return wanted > earliest ? wanted : earliest;
}
