import { describe, expect, test } from "vitest";
import { addMs, DAY_MS, formatEat, HOUR_MS, MINUTE_MS, SECOND_MS } from "./time";

const MWEZI = ["Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ago", "Sep", "Okt", "Nov", "Des"];

describe("East Africa Time", () => {
  test.each([
    ["2026-11-21T11:05:00Z", "21 Nov 2026, 14:05"],
    ["2026-11-21T20:59:59Z", "21 Nov 2026, 23:59"],
    ["2026-11-21T21:00:00Z", "22 Nov 2026, 00:00"],
    ["2026-12-31T21:30:00Z", "1 Jan 2027, 00:30"],
    ["2028-02-28T21:00:00Z", "29 Feb 2028, 00:00"],
    ["2026-07-01T00:00:00Z", "1 Jul 2026, 03:00"],
  ])("%s is shown as %j, in summer as in winter", (utc, shown) => {
    expect(formatEat(new Date(utc))).toBe(shown);
  });

  test("month names can be another language's, by the month in Nairobi", () => {
    expect(formatEat(new Date("2026-10-31T20:59:00Z"), MWEZI)).toBe("31 Okt 2026, 23:59");
    expect(formatEat(new Date("2026-10-31T21:00:00Z"), MWEZI)).toBe("1 Nov 2026, 00:00");
    expect(formatEat(new Date("2026-12-31T21:00:00Z"), MWEZI)).toBe("1 Jan 2027, 00:00");
  });
});

describe("durations", () => {
  test("are milliseconds of each other", () => {
    expect([SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS]).toEqual([1e3, 6e4, 3.6e6, 8.64e7]);
  });

  test("move an instant both ways and leave the given one alone", () => {
    const at = new Date("2026-11-21T11:05:00Z");
    expect(addMs(at, DAY_MS).toISOString()).toBe("2026-11-22T11:05:00.000Z");
    expect(addMs(at, -MINUTE_MS).toISOString()).toBe("2026-11-21T11:04:00.000Z");
    expect(at.toISOString()).toBe("2026-11-21T11:05:00.000Z");
  });
});
