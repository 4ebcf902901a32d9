import { decode } from "next-auth/jwt";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { SESSION_LIFETIME_MS, SessionClaims } from "./session-claims";

/** Somebody who is signed in now, as the database knows them. */
export interface Session {
  readonly sessionId: string;
  readonly user: {
    readonly id: string;
    readonly role: SessionClaims["role"];
    readonly name: string;
    /** E.164. */
    readonly phone: string | null;
    readonly email: string | null;
  };
  readonly merchant: {
    readonly id: string;
    readonly slug: string;
    readonly name: string;
    readonly supportLine: string;
  };
}

interface SessionRow {
  role: SessionClaims["role"];
  name: string;
  phone: string | null;
  email: string | null;
  session_epoch: number;
  merchant_slug: string;
  merchant_name: string;
  support_line: string;
}

/**
 * Who a session token belongs to, or null when it was not made by us, has run out, was signed out, or
 * was ended by "sign out everywhere". One query by primary keys. Role and names are the row's, not the token's.
 */
export async function resolveSession(
  token: string | null,
  now: () => Date = () => new Date(),
): Promise<Session | null> {
  const claims = token ? await readClaims(token) : null;
  if (!claims) return null;
  const rows = await db().$queryRaw<SessionRow[]>`
    SELECT u.role::text AS role, u.name, u.phone, u.email, u.session_epoch,
           m.slug AS merchant_slug, m.name AS merchant_name, m.support_line
      FROM users u JOIN merchants m ON m.id = u.merchant_id
     WHERE u.id = ${claims.sub} AND u.merchant_id = ${claims.merchantId}
       AND NOT EXISTS (SELECT FROM ended_sessions e WHERE e.session_id = ${claims.sessionId})`;
  const row = rows[0];
  if (row?.session_epoch !== claims.epoch) return null;
  const endsAtMs = claims.signedInAtMs + SESSION_LIFETIME_MS[row.role];
  if (now().getTime() >= endsAtMs) return null;
  return {
    sessionId: claims.sessionId,
    user: {
      id: claims.sub,
      role: row.role,
      name: row.name,
      phone: row.phone,
      email: row.email,
    },
    merchant: {
      id: claims.merchantId,
      slug: row.merchant_slug,
      name: row.merchant_name,
      supportLine: row.support_line,
    },
  };
}

/** The context of a request made within a session. */
export function sessionCtx(session: Session, requestId?: string): Ctx {
  const { id, role } = session.user;
  const actor = role === "customer" ? { kind: role, id } : { kind: "staff" as const, id, role };
  return makeCtx(session.merchant.id, actor, { requestId });
}

async function readClaims(token: string): Promise<SessionClaims | null> {
  try {
    const payload = await decode({ token, secret: env().sessionSecret });
    const parsed = SessionClaims.safeParse(payload);
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // Expired, altered, or made with another secret: all of them mean nobody.
  }
}
