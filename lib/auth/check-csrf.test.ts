import { describe, expect, test } from "vitest";
import { ForbiddenError } from "@/lib/errors";
import { checkCsrf } from "./check-csrf";
import { csrfTokenFor } from "./csrf-token";

const SESSION = { sessionId: "session-of-somebody", visitorId: null };
const VISITOR = { sessionId: null, visitorId: "visitor-of-somebody" };

function check(input: {
  headers?: Record<string, string>;
  sessionId?: string | null;
  token?: string | null;
  sentJson?: boolean;
}): void {
  checkCsrf(new Headers(input.headers), {
    sessionId: input.sessionId ?? null,
    token: input.token ?? null,
    sentJson: input.sentJson ?? false,
  });
}

describe("lets in", () => {
  test("what the browser says our own page sent", () => {
    expect(() => check({ headers: { "sec-fetch-site": "same-origin" } })).not.toThrow();
  });

  test("a form of an older browser that carries the session's token", () => {
    const token = csrfTokenFor(SESSION);
    expect(() => check({ sessionId: SESSION.sessionId, token })).not.toThrow();
    const headers = { origin: "null" };
    expect(() => check({ headers, sessionId: SESSION.sessionId, token })).not.toThrow();
  });

  test("the sign-in form of an older browser that carries the visitor's token", () => {
    const headers = { cookie: `malipo.visitor=${VISITOR.visitorId}` };
    expect(() => check({ headers, token: csrfTokenFor(VISITOR) })).not.toThrow();
  });

  test("JSON from our own origin, or from a program that is no browser", () => {
    expect(() =>
      check({ headers: { origin: "http://localhost:3000" }, sentJson: true }),
    ).not.toThrow();
    expect(() => check({ sentJson: true })).not.toThrow();
  });
});

describe("refuses", () => {
  test.each([
    ["what the browser says another site sent", { headers: { "sec-fetch-site": "cross-site" } }],
    ["what a neighbouring host sent", { headers: { "sec-fetch-site": "same-site" } }],
    ["what another origin sent", { headers: { origin: "https://evil.example" } }],
    ["a form without a token", {}],
    ["a form with an empty token", { token: "" }],
    ["a form with nonsense for a token", { token: "0".repeat(64) }],
    ["what somebody started from outside a page", { headers: { "sec-fetch-site": "none" } }],
  ])("%s", (_, input) => {
    expect(() => check({ sessionId: SESSION.sessionId, ...input })).toThrow(ForbiddenError);
  });

  test("another site's request even with the right token", () => {
    const token = csrfTokenFor(SESSION);
    const headers = { "sec-fetch-site": "cross-site" };
    const wrong = () => check({ headers, sessionId: SESSION.sessionId, token, sentJson: true });
    expect(wrong).toThrow(ForbiddenError);
  });

  test("the token of another session, and a visitor's token after sign-in", () => {
    const others = csrfTokenFor({ sessionId: "session-of-another", visitorId: null });
    expect(() => check({ sessionId: SESSION.sessionId, token: others })).toThrow(ForbiddenError);
    const headers = { cookie: `malipo.visitor=${VISITOR.visitorId}` };
    const token = csrfTokenFor(VISITOR);
    expect(() => check({ headers, sessionId: SESSION.sessionId, token })).toThrow(ForbiddenError);
  });

  test("everybody who brings nothing a token could be bound to", () => {
    expect(csrfTokenFor({ sessionId: null, visitorId: null })).toBeNull();
    expect(() => check({ token: "" })).toThrow(ForbiddenError);
  });
});
