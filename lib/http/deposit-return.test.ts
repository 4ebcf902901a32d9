import { expect, test } from "vitest";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import {
  isDepositReturn,
  parkDepositReturn,
  parkedDepositReturn,
  readDepositReturn,
} from "./deposit-return";

const NOW = new Date("2026-11-21T09:00:00Z");
const SESSION = "3f2c1a9e-7a52-4d7c-9a34-6a1f0c9b2d11";
const PAID = {
  cancelled: false,
  sessionId: SESSION,
  voucher: "MLP-7Q2K9D4TXW",
  paymentId: "pay_1",
};

test.each([
  [`?status=success&session_id=${SESSION}&voucher=MLP-7Q2K9D4TXW&payment_id=pay_1`, PAID],
  [`?status=success&session_id=${SESSION}?voucher=MLP-7Q2K9D4TXW&payment_id=pay_1`, PAID],
  [`?session_id=${SESSION}`, { ...PAID, voucher: null, paymentId: null }],
  [
    `?status=cancelled&session_id=${SESSION}`,
    { ...PAID, cancelled: true, voucher: null, paymentId: null },
  ],
])("%s is read whichever way the provider joined it", (search, back) => {
  expect(readDepositReturn(search)).toEqual(back);
});

test.each(["", "?status=cancelled", "?session_id=", "?voucher=MLP-7Q2K9D4TXW"])(
  "%j names no session, so it is no return",
  (search) => expect(readDepositReturn(search)).toBeNull(),
);

test.each([
  ["/deposit", "?session_id=x", true],
  ["/deposit", "?status=success", true],
  ["/deposit", "?status=cancelled", true],
  ["/deposit", `?status=success?session_id=${SESSION}`, true],
  ["/deposit", "", false],
  ["/deposit", "?status=paid", false],
  ["/deposit", "?method=mpesa&amount=500", false],
  ["/payments", "?session_id=x", false],
])("whether %s%s is a provider's return: %s", (pathname, search, expected) => {
  expect(isDepositReturn({ pathname, search })).toBe(expected);
});

test("a return waits a quarter of an hour, readable to nobody, for its customer to sign in", () => {
  const cookie = parkDepositReturn(PAID, NOW);
  expect(cookie).toMatch(/; HttpOnly/);
  expect(Buffer.from(cookie, "base64url").toString("latin1")).not.toContain("7Q2K9D4TXW");
  const browser = new Headers({ cookie: cookie.split(";")[0] ?? "" });
  expect(parkedDepositReturn(browser, NOW)).toEqual(PAID);
  expect(parkedDepositReturn(browser, addMs(NOW, 15 * MINUTE_MS))).toBeNull();
});

test("what somebody else wrote into the cookie is no return", () => {
  expect(parkedDepositReturn(new Headers({ cookie: "malipo.return=nonsense" }), NOW)).toBeNull();
  expect(parkedDepositReturn(new Headers(), NOW)).toBeNull();
});

test("a code longer than any code is cut, so the cookie stays one a browser keeps", () => {
  const back = readDepositReturn(`?session_id=${SESSION}&voucher=${"X".repeat(9000)}`);
  expect(back?.voucher).toHaveLength(200);
});
