import { encode } from "next-auth/jwt";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { closeDb, db } from "@/lib/db";
import { env } from "@/lib/env";
import type { User } from "@/lib/generated/prisma/client";
import { addMs, DAY_MS, HOUR_MS } from "@/lib/kit/time";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createStaff } from "@/prisma/factories/create-staff";
import { FACTORY_PASSWORD } from "@/prisma/factories/hashed-password";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { authOptions } from "./auth-options";
import { clearExpiredSessions } from "./clear-expired-sessions";
import { endAllSessions } from "./end-all-sessions";
import { endSession } from "./end-session";
import { issueSession, newSessionClaims } from "./issue-session";
import { resolveSession, sessionCtx, type Session } from "./resolve-session";

let user: User;

beforeEach(async () => {
  user = await createCustomer();
});
afterAll(closeDb);

async function tokenOf(person: User): Promise<string> {
  return decodeURIComponent((await sessionCookie(person)).split("=")[1] ?? "");
}

async function signedIn(person: User): Promise<Session> {
  const session = await resolveSession(await tokenOf(person));
  if (!session) throw new Error("nobody is signed in");
  return session;
}

describe("a session", () => {
  test("knows the person and their merchant as the database has them", async () => {
    const token = await tokenOf(user);
    await db().user.update({ where: { id: user.id }, data: { name: "Njeri Kamau" } });
    expect(await resolveSession(token)).toMatchObject({
      user: { id: user.id, role: "customer", name: "Njeri Kamau", phone: user.phone },
      merchant: { id: user.merchantId },
    });
  });

  test("is a cookie that scripts cannot read and other sites' posts do not carry", async () => {
    const cookie = await issueSession(user);
    expect(cookie).toMatch(
      /^next-auth\.session-token=[^;]+; Path=\/; Max-Age=604800; SameSite=Lax; HttpOnly$/,
    );
  });

  test("has an id of its own at every sign-in", async () => {
    const [first, second] = [await signedIn(user), await signedIn(user)];
    expect(first.sessionId).not.toBe(second.sessionId);
  });

  test("acts in the database as the person it belongs to", async () => {
    const staff = await createStaff({ merchantId: user.merchantId, role: "admin" });
    expect(sessionCtx(await signedIn(user)).actor).toEqual({ kind: "customer", id: user.id });
    expect(sessionCtx(await signedIn(staff)).actor).toEqual({
      kind: "staff",
      id: staff.id,
      role: "admin",
    });
  });

  test("lasts seven days for customers and twelve hours for staff, used or not", async () => {
    const staff = await createStaff({ merchantId: user.merchantId });
    const [customers, staffs] = [await tokenOf(user), await tokenOf(staff)];
    const later = (ms: number) => () => addMs(new Date(), ms);
    expect(await resolveSession(customers, later(7 * DAY_MS - HOUR_MS))).not.toBeNull();
    expect(await resolveSession(customers, later(7 * DAY_MS))).toBeNull();
    expect(await resolveSession(staffs, later(11 * HOUR_MS))).not.toBeNull();
    expect(await resolveSession(staffs, later(12 * HOUR_MS))).toBeNull();
  });
});

describe("nobody is signed in", () => {
  test.each([null, "", "nonsense", "a.b.c.d.e"])("with the token %j", async (token) => {
    expect(await resolveSession(token)).toBeNull();
  });

  test("with a token made by another secret", async () => {
    const forged = await encode({
      token: newSessionClaims(user),
      secret: "another-secret-altogether",
    });
    expect(await resolveSession(forged)).toBeNull();
  });

  test("with a token of ours that has run out, or that is not a session", async () => {
    const secret = env().sessionSecret;
    const old = await encode({ token: newSessionClaims(user), secret, maxAge: -60 });
    const other = await encode({ token: { sub: user.id }, secret });
    expect([await resolveSession(old), await resolveSession(other)]).toEqual([null, null]);
  });

  test("when the token names another merchant than the person's", async () => {
    const other = await createCustomer();
    const claims = { ...newSessionClaims(user), merchantId: other.merchantId };
    const token = await encode({ token: claims, secret: env().sessionSecret });
    expect(await resolveSession(token)).toBeNull();
  });
});

describe("signing out", () => {
  test("ends this session for good, copies of its cookie included, and no other", async () => {
    const [here, there] = [await tokenOf(user), await tokenOf(user)];
    const session = await resolveSession(here);
    await endSession({ sessionId: `${session?.sessionId}`, role: "customer" });
    expect(await resolveSession(here)).toBeNull();
    expect(await resolveSession(there)).not.toBeNull();
  });

  test("everywhere ends every session at once, is written down, and lets one sign in anew", async () => {
    const [here, there] = [await tokenOf(user), await tokenOf(user)];
    await endAllSessions(sessionCtx(await signedIn(user)));
    expect([await resolveSession(here), await resolveSession(there)]).toEqual([null, null]);
    const row = await db().user.findUniqueOrThrow({ where: { id: user.id } });
    expect(row.sessionEpoch).toBe(1);
    expect(await resolveSession(await tokenOf(row))).not.toBeNull();
    const audit = await db().auditEntry.findMany({ where: { subjectId: user.id } });
    expect(audit.map((entry) => entry.action)).toEqual(["user.signed_out_everywhere"]);
  });

  test("leaves a row only as long as the cookie could live", async () => {
    const session = await signedIn(user);
    await endSession({ sessionId: session.sessionId, role: "customer" });
    await clearExpiredSessions(addMs(new Date(), 6 * DAY_MS));
    const where = { sessionId: session.sessionId };
    expect(await db().endedSession.count({ where })).toBe(1);
    await clearExpiredSessions(addMs(new Date(), 8 * DAY_MS));
    expect(await db().endedSession.count({ where })).toBe(0);
  });
});

describe("next-auth", () => {
  test("signs in through the same check, with the same cookie", async () => {
    const merchant = await db().merchant.findUniqueOrThrow({ where: { id: user.merchantId } });
    const options = authOptions();
    const provider = options.providers.find((item) => item.type === "credentials");
    const credentials = {
      identifier: `${user.phone}`,
      password: FACTORY_PASSWORD,
      merchant: merchant.slug,
    };
    const request = { headers: { "x-malipo-remote": "203.0.113.7" } };
    expect(await provider?.options?.authorize(credentials, request)).toMatchObject({ id: user.id });
    const wrong = provider?.options?.authorize({ ...credentials, password: "no" }, request);
    await expect(wrong).rejects.toThrow("invalid_input");
    expect(options.cookies?.sessionToken?.name).toBe("next-auth.session-token");
  });

  test("refuses a session that was ended", async () => {
    const [token, secret] = [await tokenOf(user), env().sessionSecret];
    const decode = authOptions().jwt?.decode;
    expect(await decode?.({ token, secret })).toMatchObject({ sub: user.id });
    await endAllSessions(sessionCtx(await signedIn(user)));
    expect(await decode?.({ token, secret })).toBeNull();
  });

  test("ends the session for good when somebody signs out there", async () => {
    const token = await tokenOf(user);
    const payload = await authOptions().jwt?.decode?.({ token, secret: env().sessionSecret });
    await authOptions().events?.signOut?.({
      token: payload ?? {},
      session: { user: { id: "", role: "customer" }, expires: "" },
    });
    expect(await resolveSession(token)).toBeNull();
  });
});
