import { db } from "@/lib/db";

/** Removes signed-out sessions whose cookies have run out by themselves. */
export async function clearExpiredSessions(now: Date): Promise<void> {
  await db().endedSession.deleteMany({ where: { keepUntil: { lt: now } } });
}
