import { afterEach, expect, test, vi } from "vitest";

async function siteAt(appUrl: string) {
  vi.resetModules();
  vi.stubEnv("APP_URL", appUrl);
  return import("./cookies");
}

afterEach(() => vi.unstubAllEnvs());

test("over https every cookie that matters is kept off plain connections, by its very name", async () => {
  const { cookieHeader } = await siteAt("https://pay.example.co.ke");
  expect(cookieHeader("session", "token", 60)).toBe(
    "__Secure-next-auth.session-token=token; Path=/; Max-Age=60; SameSite=Lax; HttpOnly; Secure",
  );
  for (const kind of ["visitor", "flash", "depositReturn"] as const) {
    expect(cookieHeader(kind, "x", 60)).toMatch(/^__Host-malipo\..*; Path=\/;.*; Secure$/);
  }
});

test("a cookie set for http is not read as one set for https", async () => {
  const { readCookie } = await siteAt("https://pay.example.co.ke");
  const headers = new Headers({ cookie: "next-auth.session-token=planted" });
  expect(readCookie(headers, "session")).toBeNull();
});

test("whatever a cookie holds comes back as it was, from among others", async () => {
  const { cookieHeader, readCookie } = await siteAt("http://localhost:3000");
  const value = "a;b=c, é%";
  const [pair = ""] = cookieHeader("flash", value, 60).split(";");
  const headers = new Headers({ cookie: `xmalipo.flash=no; ${pair}; malipo.flash=later` });
  expect(readCookie(headers, "flash")).toBe(value);
  expect(readCookie(headers, "visitor")).toBeNull();
  expect(readCookie(new Headers(), "flash")).toBeNull();
});
