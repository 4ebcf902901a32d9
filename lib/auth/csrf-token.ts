import { keyedHash } from "@/lib/crypto";

/**
 * The value every form carries. It is bound to the session, or before sign-in to the visitor cookie,
 * so one learnt elsewhere is worth nothing here. Null when there is nothing to bind it to.
 */
export function csrfTokenFor(holder: {
  sessionId: string | null;
  visitorId: string | null;
}): string | null {
  if (holder.sessionId) return keyedHash("csrf", `session ${holder.sessionId}`);
  return holder.visitorId ? keyedHash("csrf", `visitor ${holder.visitorId}`) : null;
}
