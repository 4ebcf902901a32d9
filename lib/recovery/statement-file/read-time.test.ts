import { describe, expect, test } from "vitest";
import { readTime } from "./read-time";

describe("a time of a statement", () => {
  test.each([
    ["21-11-2026 14:05:09", "2026-11-21T14:05:09+03:00", "day_first"],
    ["3-2-2026 4:05", "2026-02-03T04:05:00+03:00", "either"],
    ["3/3/2026 04:05", "2026-03-03T04:05:00+03:00", "sure"],
    ["2026-11-21 14:05:09", "2026-11-21T14:05:09+03:00", "sure"],
    ["2026-11-21T14:05:09.123", "2026-11-21T14:05:09+03:00", "sure"],
    ["2026/11/21 14:05", "2026-11-21T14:05:00+03:00", "sure"],
    ["21/11/2026 2:05 PM", "2026-11-21T14:05:00+03:00", "day_first"],
    ["21/11/2026 12:05:01 AM", "2026-11-21T00:05:01+03:00", "day_first"],
    ["21/11/2026 12:05 p.m.", "2026-11-21T12:05:00+03:00", "day_first"],
    ["21.11.2026 14:05:09", "2026-11-21T14:05:09+03:00", "day_first"],
    ["21 Nov 2026 14:05", "2026-11-21T14:05:00+03:00", "sure"],
    ["21-November-2026, 14:05", "2026-11-21T14:05:00+03:00", "sure"],
    ["20261121140509", "2026-11-21T14:05:09+03:00", "sure"],
    ["2026-11-21 14:05:09 EAT", "2026-11-21T14:05:09+03:00", "sure"],
    ["01-01-2027 00:00:00", "2026-12-31T21:00:00Z", "sure"],
    ["29-02-2028 00:00:00", "2028-02-28T21:00:00Z", "day_first"],
    ["11/21/2026 14:05", "2026-11-21T14:05:00+03:00", "month_first"],
  ])("written as %j is %s", (text, iso, order) => {
    expect(readTime(text)).toEqual({ at: new Date(iso), order, isDay: false });
  });

  test("without a time of day is the start of its day", () => {
    expect(readTime("2026-11-21")).toEqual({
      at: new Date("2026-11-21T00:00:00+03:00"),
      order: "sure",
      isDay: true,
    });
  });

  test("stored as a workbook's date or number is the second it is nearest to", () => {
    const at = new Date("2026-11-21T14:05:09+03:00");
    const serial = Date.UTC(2026, 10, 21, 14, 5, 9) / 86_400_000 + 25_569;
    expect(readTime({ digits: String(serial) })).toMatchObject({ at, order: "stored" });
    expect(readTime(new Date("2026-11-21T14:05:08.999Z"))).toMatchObject({ at, order: "stored" });
    expect(readTime({ digits: "20261121140509" })).toMatchObject({ at, order: "sure" });
  });

  test.each([
    [""],
    ["yesterday"],
    ["31-11-2026 10:00"],
    ["29-02-2026 10:00"],
    ["00-11-2026 10:00"],
    ["21-13-2026 10:00"],
    ["13-13-2026 10:00"],
    ["21-11-2026 24:00"],
    ["21-11-2026 10:60"],
    ["21-11-2026 13:00 PM"],
    ["21-11-2026 0:30 AM"],
    ["21-11-26 10:00"],
    ["21-11-2026 10"],
    ["2026-11-21T14:05:09Z"],
    ["2026-11-21 14:05:09 +02:00"],
    ["21-11-1999 10:00"],
    ["21-11-2126 10:00"],
    ["21-Nob-2026 10:00"],
    ["14:05"],
    ["1-2-3-2026 10:00"],
    ["9".repeat(100_000)],
  ])("%j is none", (text) => {
    expect(readTime(text)).toBeNull();
  });

  test.each([["12"], ["99999999"], ["1E5"]])("the number %s is none", (digits) => {
    expect(readTime({ digits })).toBeNull();
  });
});
