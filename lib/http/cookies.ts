import { env } from "@/lib/env";

/** Every cookie we set, by what it holds. `prefix` is added where the site is served over https. */
const COOKIES = {
  session: { name: "next-auth.session-token", prefix: "__Secure-", httpOnly: true },
  /** Ties the forms of somebody who is not signed in to their browser. */
  visitor: { name: "malipo.visitor", prefix: "__Host-", httpOnly: true },
  flash: { name: "malipo.flash", prefix: "__Host-", httpOnly: true },
  /** A provider's return that waits for its customer to sign in. */
  depositReturn: { name: "malipo.return", prefix: "__Host-", httpOnly: true },
  locale: { name: "malipo.locale", prefix: "", httpOnly: true },
} as const;

export type CookieKind = keyof typeof COOKIES;

/** True when customers reach us over https, so cookies can be kept off plain connections. */
export function cookiesAreSecure(): boolean {
  return env().appUrl.startsWith("https://");
}

/** The cookie's name on this site. */
export function cookieName(kind: CookieKind): string {
  const cookie = COOKIES[kind];
  return cookiesAreSecure() ? `${cookie.prefix}${cookie.name}` : cookie.name;
}

/** A `Set-Cookie` value: whole site, `SameSite=Lax`, out of reach of scripts. `maxAgeSeconds: 0` removes it. */
export function cookieHeader(kind: CookieKind, value: string, maxAgeSeconds: number): string {
  const parts = [
    `${cookieName(kind)}=${encodeURIComponent(value)}`,
    "Path=/",
    `Max-Age=${maxAgeSeconds}`,
    "SameSite=Lax",
  ];
  if (COOKIES[kind].httpOnly) parts.push("HttpOnly");
  if (cookiesAreSecure()) parts.push("Secure");
  return parts.join("; ");
}

/** The cookie's value in a request's headers, or null. Of two with one name the first counts, as browsers mean it. */
export function readCookie(headers: Headers, kind: CookieKind): string | null {
  const wanted = `${cookieName(kind)}=`;
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const cookie = pair.trim();
    if (cookie.startsWith(wanted)) return decoded(cookie.slice(wanted.length));
  }
  return null;
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null; // Not one of ours: we encode every value we set.
  }
}
