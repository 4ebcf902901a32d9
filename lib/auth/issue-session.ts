import { encode } from "next-auth/jwt";
import { env } from "@/lib/env";
import { cookieHeader } from "@/lib/http/cookies";
import { SECOND_MS } from "@/lib/kit/time";
import { SESSION_LIFETIME_MS, type SessionClaims } from "./session-claims";

/** The part of a user that a session is made from. */
export interface SessionUser {
  readonly id: string;
  readonly merchantId: string;
  readonly role: SessionClaims["role"];
  readonly sessionEpoch: number;
}

/** Starts a session with an id of its own, so that no two sign-ins share anything. */
export function newSessionClaims(user: SessionUser, now: Date = new Date()): SessionClaims {
  return {
    sub: user.id,
    merchantId: user.merchantId,
    role: user.role,
    epoch: user.sessionEpoch,
    sessionId: crypto.randomUUID(),
    signedInAtMs: now.getTime(),
  };
}

/** The `Set-Cookie` value that signs a user in: the same encrypted token next-auth issues and reads. */
export async function issueSession(user: SessionUser): Promise<string> {
  const maxAgeSeconds = SESSION_LIFETIME_MS[user.role] / SECOND_MS;
  const token = await encode({
    token: newSessionClaims(user),
    secret: env().sessionSecret,
    maxAge: maxAgeSeconds,
  });
  return cookieHeader("session", token, maxAgeSeconds);
}
