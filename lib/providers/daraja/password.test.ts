import { describe, expect, test } from "vitest";
import { nairobiDigits, parseNairobiDigits } from "./nairobi-time";
import { stkPassword } from "./password";

const PUBLISHED_PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919";

describe("the password of a call", () => {
  test("is shortcode, passkey and timestamp run together in Base64, to the byte", () => {
    const at = new Date("2019-12-19T07:21:15.999Z");
    // Made with another program: printf '%s' 174379<passkey>20191219102115 | base64 -w0
    expect(stkPassword({ shortcode: "174379", passkey: PUBLISHED_PASSKEY, at })).toEqual({
      timestamp: "20191219102115",
      password:
        "MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGExZWQyYzkxOTIwMTkxMjE5MTAyMTE1",
    });
  });

  test("holds the same timestamp inside as it is sent with", () => {
    for (const at of [new Date(0), new Date("2026-11-21T20:59:59.999Z"), new Date()]) {
      const { password, timestamp } = stkPassword({ shortcode: "600000", passkey: "p", at });
      expect(Buffer.from(password, "base64").toString("utf8")).toBe(`600000p${timestamp}`);
    }
  });

  test("keeps a passkey that is not plain letters whole", () => {
    const { password, timestamp } = stkPassword({
      shortcode: "600000",
      passkey: "pä+/= k",
      at: new Date(0),
    });
    expect(Buffer.from(password, "base64").toString("utf8")).toBe(`600000pä+/= k${timestamp}`);
  });
});

describe("a timestamp", () => {
  test.each([
    ["a morning", "2026-11-21T06:05:09Z", "20261121090509"],
    ["an evening whose day is over in Nairobi", "2026-11-21T21:00:00Z", "20261122000000"],
    ["the last second of Nairobi's day", "2026-11-21T20:59:59.999Z", "20261121235959"],
    ["the turn of the month", "2026-11-30T22:30:00Z", "20261201013000"],
    ["the turn of the year", "2026-12-31T21:00:00Z", "20270101000000"],
    ["a leap day", "2028-02-28T21:00:00Z", "20280229000000"],
    ["a summer without summer time", "2026-07-01T12:00:00Z", "20260701150000"],
  ])("of %s is what clocks in Nairobi show", (_name, instant, digits) => {
    const at = new Date(instant);
    expect(nairobiDigits(at)).toBe(digits);
    at.setUTCMilliseconds(0);
    expect(parseNairobiDigits(digits)).toEqual(at);
  });

  test.each([
    ["nothing", ""],
    ["thirteen digits", "2026112114050"],
    ["fifteen digits", "202611211405091"],
    ["a month too many", "20261321140509"],
    ["a day that is not", "20260229140509"],
    ["an hour too many", "20261121240000"],
    ["a date alone", "20261121000060"],
    ["an ISO time", "2026-11-21T14:05:09"],
    ["words", "yesterday"],
    ["seconds since 1970", "1763700000"],
  ])("is not read from %s", (_name, text) => {
    expect(parseNairobiDigits(text)).toBeNull();
  });
});
