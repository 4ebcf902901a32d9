import { z } from "zod";
import { DAY_MS, HOUR_MS } from "@/lib/kit/time";

/** What the session cookie says, encrypted. Whether it still counts is asked of the database. */
export const SessionClaims = z.object({
  sub: z.string(),
  merchantId: z.string(),
  role: z.enum(["customer", "staff", "admin"]),
  /** The user's `session_epoch` at sign-in; a lower one than the row's is a session that was ended. */
  epoch: z.int().min(0),
  sessionId: z.string().min(16),
  signedInAtMs: z.int(),
});
export type SessionClaims = z.infer<typeof SessionClaims>;

/** How long a session lasts after sign-in, used or not. Whoever can move a shop's money signs in daily. */
export const SESSION_LIFETIME_MS = {
  customer: 7 * DAY_MS,
  staff: 12 * HOUR_MS,
  admin: 12 * HOUR_MS,
} as const satisfies Record<SessionClaims["role"], number>;
