import { NextRequest } from "next/server";
import { afterEach, describe, expect, test, vi } from "vitest";
import { csrfTokenFor } from "@/lib/auth/csrf-token";
import { config, proxy } from "@/proxy";

afterEach(() => vi.unstubAllEnvs());

function pass(path: string, init: { method?: string; headers?: Record<string, string> } = {}) {
  return proxy(new NextRequest(`http://localhost:3000${path}`, init));
}

/** A header of the request as the page behind the proxy sees it. */
function inbound(answer: Response, name: string): string | null {
  return answer.headers.get(`x-middleware-request-${name}`);
}

describe("every page", () => {
  test("may run only scripts that carry this answer's nonce", () => {
    const [first, second] = [pass("/deposit"), pass("/deposit")];
    const nonce = inbound(first, "x-nonce");
    const policy = first.headers.get("content-security-policy") ?? "";
    expect(policy).toContain(`script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`);
    expect(policy).not.toContain("unsafe-eval");
    const lenient = policy.split("; ").filter((directive) => directive.includes("unsafe"));
    expect(lenient).toEqual(["style-src 'self' 'unsafe-inline'"]);
    expect(inbound(second, "x-nonce")).not.toBe(nonce);
    expect(inbound(first, "content-security-policy")).toBe(policy);
  });

  test("posts its forms here and to the hosted page, and nowhere else; nobody frames it", () => {
    const policy = pass("/deposit").headers.get("content-security-policy");
    expect(policy).toContain("form-action 'self' http://127.0.0.1:1;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("object-src 'none'");
  });

  test("tells nobody where its reader came from, and is taken for nothing else", () => {
    const { headers } = pass("/deposit");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("permissions-policy")).toContain("camera=()");
    expect(headers.get("strict-transport-security")).toBeNull();
  });

  test("is promised to https for good where the site is served over https", async () => {
    vi.resetModules();
    vi.stubEnv("APP_URL", "https://pay.example.co.ke");
    const secure = await import("@/proxy");
    const { headers } = secure.proxy(new NextRequest("https://pay.example.co.ke/"));
    expect(headers.get("strict-transport-security")).toContain("max-age=63072000");
    expect(headers.get("set-cookie")).toMatch(/^__Host-malipo\.visitor=[^;]+;.*; Secure$/);
  });

  test("gets a request id that nobody outside chose", () => {
    const answer = pass("/deposit", { headers: { "x-request-id": "req_chosen" } });
    const requestId = answer.headers.get("x-request-id");
    expect(requestId).toMatch(/^req_[0-9a-f]{32}$/);
    expect(inbound(answer, "x-request-id")).toBe(requestId);
  });

  test("knows its own path, whatever a caller says it is", () => {
    const answer = pass("/payments?cursor=1", { headers: { "x-malipo-path": "//evil" } });
    expect(inbound(answer, "x-malipo-path")).toBe("/payments?cursor=1");
  });
});

describe("a visitor without a cookie", () => {
  test("gets one, and the page rendered now already makes tokens with it", () => {
    const answer = pass("/sign-in", { headers: { cookie: "malipo.locale=sw" } });
    const given = /^malipo\.visitor=([^;]+);/.exec(answer.headers.get("set-cookie") ?? "")?.[1];
    expect(given).toMatch(/^[0-9a-f-]{36}$/);
    expect(inbound(answer, "cookie")).toBe(`malipo.locale=sw; malipo.visitor=${given}`);
    expect(csrfTokenFor({ sessionId: null, visitorId: given ?? null })).toHaveLength(64);
  });

  test("gets none for asking the API, which has no forms", () => {
    expect(pass("/api/health").headers.get("set-cookie")).toBeNull();
  });

  test("keeps the one they have", () => {
    const answer = pass("/sign-in", { headers: { cookie: "malipo.visitor=mine" } });
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});

describe("the way back from the provider", () => {
  test("leads to the door that cleans the address, with all it carries", () => {
    const answer = pass("/deposit?status=success&session_id=s&voucher=MLP-7Q2K9D4TXW");
    expect(answer.headers.get("x-middleware-rewrite")).toBe(
      "http://localhost:3000/api/deposit/return?status=success&session_id=s&voucher=MLP-7Q2K9D4TXW",
    );
  });

  test.each([
    ["/deposit", "GET"],
    ["/deposit?method=mpesa", "GET"],
    ["/payments?session_id=s", "GET"],
    ["/deposit?session_id=s", "POST"],
  ])("%s by %s goes on as it is", (path, method) => {
    expect(pass(path, { method }).headers.get("x-middleware-rewrite")).toBeNull();
  });
});

test.each([
  ["/", true],
  ["/deposit", true],
  ["/api/balance", true],
  ["/api/deposit/return", true],
  ["/_next/static/chunks/a.js", false],
  ["/api/pesavoucher/callback", false],
  ["/callbacks/daraja/x/stk/y", false],
])("whether %s passes the proxy: %s", (path, expected) => {
  const matcher = new RegExp(`^${config.matcher[0]}$`);
  expect(matcher.test(path)).toBe(expected);
});
