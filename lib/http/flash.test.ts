import { expect, test } from "vitest";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { openFlash, setFlash } from "./flash";
import { seeOther } from "./see-other";

const NOW = new Date("2026-11-21T09:00:00Z");

function post(path: string, values: Record<string, string> = { amount: "5o" }) {
  const flash = { form: "buy", fields: { amount: "not_a_number" }, values };
  const response = setFlash(seeOther(path), flash, NOW);
  const location = response.headers.get("location") ?? "";
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";");
  const id = new URL(location, "http://x").searchParams.get("flash") ?? "";
  return { response, location, id, browser: new Headers({ cookie: `a=b; ${cookie}; c=d` }) };
}

test("what was typed and what was wrong with it reach the next page", () => {
  const { id, browser } = post("/deposit");
  expect(openFlash(browser, id, NOW)).toEqual({
    form: "buy",
    fields: { amount: "not_a_number" },
    values: { amount: "5o" },
    error: null,
    paymentId: null,
  });
});

test("the address keeps its own query and gets one flash id", () => {
  const { location } = post("/sign-in?next=%2Fdeposit&flash=older");
  expect(location).toMatch(/^\/sign-in\?next=%2Fdeposit&flash=[0-9a-f]{8}$/);
});

test("the id stands before the place of the page that the redirect leads to", () => {
  const { location } = post("/dashboard?view=all#jobs");
  expect(location).toMatch(/^\/dashboard\?view=all&flash=[0-9a-f]{8}#jobs$/);
});

test("nobody can read a voucher code in the cookie, and scripts cannot see it", () => {
  const { response } = post("/deposit", { code: "MLP-7Q2K9D4TXW" });
  const cookie = response.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/; HttpOnly/);
  expect(cookie).not.toContain("7Q2K9D4TXW");
  expect(Buffer.from(cookie, "base64url").toString("latin1")).not.toContain("7Q2K9D4TXW");
});

test("passwords and tokens are never carried", () => {
  const { id, browser } = post("/sign-in", { identifier: "07", password: "secret", csrf: "t" });
  expect(openFlash(browser, id, NOW)?.values).toEqual({ identifier: "07" });
});

test("a page that was asked for with another id, or too late, shows an empty form", () => {
  const { id, browser } = post("/deposit");
  expect(openFlash(browser, "0badf1a5", NOW)).toBeNull();
  expect(openFlash(browser, id, addMs(NOW, 5 * MINUTE_MS - 1))).not.toBeNull();
  expect(openFlash(browser, id, addMs(NOW, 5 * MINUTE_MS))).toBeNull();
  expect(openFlash(new Headers(), id, NOW)).toBeNull();
});

test("a cookie that somebody wrote or changed counts as none", () => {
  const { id, browser } = post("/deposit");
  const cookie = browser.get("cookie") ?? "";
  const changed = cookie.replace(/(malipo\.flash=.{30})./, (_, start: string) => `${start}!`);
  expect(openFlash(new Headers({ cookie: changed }), id, NOW)).toBeNull();
  expect(openFlash(new Headers({ cookie: "malipo.flash=nonsense" }), id, NOW)).toBeNull();
  expect(openFlash(new Headers({ cookie: "malipo.flash=%E0%A4%A" }), id, NOW)).toBeNull();
});

test("however much was typed, the cookie stays one a browser keeps", () => {
  const fields = Array.from({ length: 50 }, (_, n): [string, string] => [
    `f${n}`,
    "x".repeat(5000),
  ]);
  const { response } = post("/deposit", Object.fromEntries(fields));
  expect((response.headers.get("set-cookie") ?? "").length).toBeLessThan(4000);
});
