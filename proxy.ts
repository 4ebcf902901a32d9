import { randomBytes } from "node:crypto";
import { NextResponse, type NextRequest } from "next/server";
import { cookieHeader, cookieName, cookiesAreSecure, readCookie } from "@/lib/http/cookies";
import { isDepositReturn } from "@/lib/http/deposit-return";
import { NONCE_HEADER, PAGE_PATH_HEADER, REQUEST_ID_HEADER } from "@/lib/http/request-headers";
import { contentSecurityPolicy, SECURITY_HEADERS } from "@/lib/http/security-headers";
import { newId } from "@/lib/kit/ids";
import { DAY_MS, SECOND_MS } from "@/lib/kit/time";

/**
 * Runs before every page and API route: names the request, sets the security headers, gives visitors
 * the cookie their forms are tied to, and leads the provider's return to the door that cleans it.
 * Whether somebody may do something is decided where it is done, never here.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString("base64");
  const requestId = newId("request");
  const policy = contentSecurityPolicy(nonce);
  const inbound = new Headers(request.headers);
  inbound.set(REQUEST_ID_HEADER, requestId);
  inbound.set(PAGE_PATH_HEADER, `${request.nextUrl.pathname}${request.nextUrl.search}`);
  inbound.set(NONCE_HEADER, nonce);
  // Next reads the nonce for its own scripts and styles from here.
  inbound.set("content-security-policy", policy);
  const visitor = needsVisitorCookie(request) ? crypto.randomUUID() : null;
  if (visitor) addCookie(inbound, visitor);

  const response = pass(request, inbound);
  response.headers.set("content-security-policy", policy);
  response.headers.set(REQUEST_ID_HEADER, requestId);
  for (const [name, value] of SECURITY_HEADERS) response.headers.set(name, value);
  if (cookiesAreSecure()) {
    response.headers.set("strict-transport-security", "max-age=63072000; includeSubDomains");
  }
  if (visitor) {
    const year = (365 * DAY_MS) / SECOND_MS;
    response.headers.append("set-cookie", cookieHeader("visitor", visitor, year));
  }
  return response;
}

function pass(request: NextRequest, headers: Headers): NextResponse {
  const onwards = { request: { headers } };
  if (request.method !== "GET" || !isDepositReturn(request.nextUrl)) {
    return NextResponse.next(onwards);
  }
  const door = request.nextUrl.clone();
  door.pathname = "/api/deposit/return";
  return NextResponse.rewrite(door, onwards);
}

/** Only pages have forms: probes and programs that ask the API are not given a cookie they never send. */
function needsVisitorCookie(request: NextRequest): boolean {
  return !request.nextUrl.pathname.startsWith("/api/") && !readCookie(request.headers, "visitor");
}

/** The page that is rendered now must already know the cookie the browser is only being given. */
function addCookie(inbound: Headers, visitor: string): void {
  const known = inbound.get("cookie");
  const added = `${cookieName("visitor")}=${visitor}`;
  inbound.set("cookie", known ? `${known}; ${added}` : added);
}

export const config = {
  // Static files need none of this, and providers' callbacks are answered as fast as they can be.
  matcher: [
    "/((?!_next/static|_next/image|favicon\\.ico|robots\\.txt|api/pesavoucher|callbacks/|v1/webhooks/).*)",
  ],
};
