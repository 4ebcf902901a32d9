import { db } from "@/lib/db";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import { workMessage } from "./work-message";

/** A fresh message belongs to the process that answered it; the sweep takes what nobody finished. */
const GRACE_MS = 3 * SECOND_MS;
const AT_ONCE = 6;

/** Works messages that nobody finished, oldest first, at most `limit`, and says how many it worked. */
export async function sweepMessages(input: { now: () => Date; limit: number }): Promise<number> {
  const now = input.now();
  const due = await db().message.findMany({
    where: {
      workedAt: null,
      nextAttemptAt: { lte: addMs(now, -GRACE_MS) },
      OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }],
    },
    orderBy: { nextAttemptAt: "asc" },
    take: input.limit,
    select: { id: true },
  });
  let worked = 0;
  await forEachAtOnce(due, AT_ONCE, async ({ id }) => {
    if (await workMessage({ messageId: id, now: input.now })) worked += 1;
  });
  return worked;
}
