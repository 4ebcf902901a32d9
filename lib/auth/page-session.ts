import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import { readCookie } from "@/lib/http/cookies";
import { PAGE_PATH_HEADER, REQUEST_ID_HEADER } from "@/lib/http/request-headers";
import { assert } from "@/lib/kit/assert";
import { findMerchant, type MerchantSummary } from "@/lib/merchants/find-merchant";
import { csrfTokenFor } from "./csrf-token";
import { resolveSession, sessionCtx, type Session } from "./resolve-session";

/** What a page knows about whoever is signed in. */
export interface PageSession {
  readonly ctx: Ctx;
  readonly user: Session["user"];
  readonly merchant: MerchantSummary;
  /** For the hidden `csrf` field of every form. */
  readonly csrfToken: string;
}

/** What a page knows about whoever is looking, signed in or not. */
export interface PageVisitor {
  readonly session: PageSession | null;
  readonly merchant: MerchantSummary;
  readonly csrfToken: string;
}

const loadVisitor = cache(async (): Promise<PageVisitor> => {
  const inbound = await headers();
  const found = await resolveSession(readCookie(inbound, "session"));
  const csrfToken =
    csrfTokenFor({
      sessionId: found?.sessionId ?? null,
      visitorId: readCookie(inbound, "visitor"),
    }) ?? "";
  if (found) {
    const ctx = sessionCtx(found, inbound.get(REQUEST_ID_HEADER) ?? undefined);
    const session = { ctx, user: found.user, merchant: found.merchant, csrfToken };
    return { session, merchant: found.merchant, csrfToken };
  }
  const merchant = await findMerchant(env().merchantSlug);
  assert(merchant, `no merchant has the slug ${env().merchantSlug}: the database was not seeded`);
  return { session: null, merchant, csrfToken };
});

/** Whoever looks at this page. Asks the database once per request, however often it is called. */
export function optionalSession(): Promise<PageVisitor> {
  return loadVisitor();
}

/** The signed-in customer. Everybody else is sent to sign in, and staff to their dashboard. */
export async function requireCustomer(): Promise<PageSession> {
  const session = (await loadVisitor()).session ?? (await askToSignIn());
  if (session.user.role !== "customer") redirect("/dashboard");
  return session;
}

/** One of the merchant's people. Customers are told that there is no such page. */
export async function requireStaff(): Promise<PageSession> {
  const session = (await loadVisitor()).session ?? (await askToSignIn());
  if (session.user.role === "customer") notFound();
  return session;
}

async function askToSignIn(): Promise<never> {
  const here = (await headers()).get(PAGE_PATH_HEADER) ?? "/";
  redirect(`/sign-in?${new URLSearchParams({ next: here })}`);
}
