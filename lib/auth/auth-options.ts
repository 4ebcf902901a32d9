import type { AuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import CredentialsProvider from "next-auth/providers/credentials";
import { env } from "@/lib/env";
import { clientAddress } from "@/lib/http/client-address";
import { cookieName, cookiesAreSecure } from "@/lib/http/cookies";
import { SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { endSession } from "./end-session";
import { newSessionClaims } from "./issue-session";
import { resolveSession } from "./resolve-session";
import { SESSION_LIFETIME_MS, SessionClaims } from "./session-claims";
import { signIn } from "./sign-in";

/** next-auth, set up so that its sessions and those of our own sign-in form are one and the same. */
export function authOptions(): AuthOptions {
  return {
    secret: env().sessionSecret,
    useSecureCookies: cookiesAreSecure(),
    session: { strategy: "jwt", maxAge: SESSION_LIFETIME_MS.customer / SECOND_MS },
    cookies: {
      sessionToken: {
        name: cookieName("session"),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: cookiesAreSecure() },
      },
    },
    pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/account" },
    jwt: {
      // A session that was ended is refused here too, whatever its token still says.
      decode: async (params) =>
        (await resolveSession(params.token ?? null)) ? decode(params) : null,
    },
    providers: [
      CredentialsProvider({
        name: "Malipo",
        credentials: {
          identifier: { label: "Phone number or e-mail", type: "text" },
          password: { label: "Password", type: "password" },
          merchant: { label: "Merchant", type: "text" },
        },
        authorize: (credentials, request) =>
          signIn({
            identifier: credentials?.identifier ?? "",
            password: credentials?.password ?? "",
            merchant: credentials?.merchant === "" ? undefined : credentials?.merchant,
            address: clientAddress(headersOf(request.headers), null),
          }),
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { ...newSessionClaims(user) } : token),
      session: ({ session, token }) => {
        const claims = SessionClaims.parse(token);
        return { ...session, user: { id: claims.sub, role: claims.role } };
      },
    },
    events: {
      signOut: async ({ token }) => {
        const claims = SessionClaims.safeParse(token);
        if (claims.success) await endSession(claims.data);
      },
    },
    logger: {
      error: (code, metadata) => log().warn({ code, err: errorIn(metadata) }, "next-auth"),
      warn: (code) => log().warn({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

function headersOf(raw: Readonly<Record<string, unknown>> | undefined): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw ?? {})) {
    if (typeof value === "string") headers.set(name, value);
  }
  return headers;
}

function errorIn(metadata: unknown): unknown {
  return metadata instanceof Error ? metadata : undefined;
}
