import { db } from "@/lib/db";
import { addMs } from "@/lib/kit/time";
import { SESSION_LIFETIME_MS, type SessionClaims } from "./session-claims";

/** Signs one session out for good: its cookie is refused from now on, wherever a copy of it is. */
export async function endSession(
  session: Pick<SessionClaims, "sessionId" | "role">,
  now: Date = new Date(),
): Promise<void> {
  const keepUntil = addMs(now, SESSION_LIFETIME_MS[session.role]);
  await db().endedSession.createMany({
    data: [{ sessionId: session.sessionId, keepUntil }],
    skipDuplicates: true,
  });
}
