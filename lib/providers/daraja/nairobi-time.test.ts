import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nairobiDateTime, nairobiDigits, parseNairobiTime, parsePulledTime } from "./nairobi-time";

describe("a time as Daraja writes it", () => {
  test.each([
    ["20240706224852", "2024-07-06T19:48:52.000Z"],
    ["06.07.2024 22:48:52", "2024-07-06T19:48:52.000Z"],
    ["2024-07-06 22:48:52", "2024-07-06T19:48:52.000Z"],
    ["2024-07-06T22:48:52", "2024-07-06T19:48:52.000Z"],
    ["2024-07-06T22:48:52.123", "2024-07-06T19:48:52.000Z"],
    ["2024-07-06T22:48:52+03:00", "2024-07-06T19:48:52.000Z"],
    ["01.01.2027 00:00:00", "2026-12-31T21:00:00.000Z"],
    ["29.02.2024 12:00:00", "2024-02-29T09:00:00.000Z"],
  ])("%s is %s, Nairobi being three hours ahead", (text, instant) => {
    expect(parseNairobiTime(text)?.toISOString()).toBe(instant);
  });

  test.each([
    "",
    "yesterday",
    "2024070622485",
    "202407062248520",
    "32.01.2024 00:00:00",
    "07.13.2024 00:00:00",
    "29.02.2023 00:00:00",
    "6.7.2024 22:48:52",
    "06.07.24 22:48:52",
    "06.07.2024",
    "06/07/2024 22:48:52",
    "06.07.2024 24:00:00",
    "06.07.2024 22:60:00",
    "2024-07-06T22:48:52Z",
    "2024-07-06T22:48:52+02:00",
    "1720295332",
    "06.07.2024 22:48:52 PM",
  ])("is not made of %j", (text) => {
    expect(parseNairobiTime(text)).toBeNull();
  });

  test("is the same instant in all its forms", () => {
    const noInvalidDate = true;
    const min = new Date("2001-01-01T00:00:00Z");
    const max = new Date("2099-12-31T00:00:00Z");
    fc.assert(
      fc.property(fc.date({ min, max, noInvalidDate }), (date) => {
        const at = new Date(Math.floor(date.getTime() / 1_000) * 1_000);
        const [year, month, day, ...clock] =
          /^(....)(..)(..)(..)(..)(..)$/.exec(nairobiDigits(at))?.slice(1) ?? [];
        expect(parseNairobiTime(nairobiDigits(at))).toEqual(at);
        expect(parseNairobiTime(`${day}.${month}.${year} ${clock.join(":")}`)).toEqual(at);
        expect(parseNairobiTime(`${year}-${month}-${day} ${clock.join(":")}`)).toEqual(at);
      }),
    );
  });
});

describe("a time of the list of payments", () => {
  test.each([
    ["2024-07-06T22:48:52Z", "2024-07-06T19:48:52.000Z"],
    ["2024-07-06T22:48:52.123Z", "2024-07-06T19:48:52.000Z"],
    ["2024-07-06T22:48:52z", "2024-07-06T19:48:52.000Z"],
    ["2024-07-06T22:48:52+00:00", "2024-07-06T19:48:52.000Z"],
    ["2024-07-06T22:48:52+0000", "2024-07-06T19:48:52.000Z"],
    ["2024-07-06T22:48:52+03:00", "2024-07-06T19:48:52.000Z"],
    ["20240706224852", "2024-07-06T19:48:52.000Z"],
  ])("%s is %s, for it is Nairobi's whatever it says", (text, instant) => {
    expect(parsePulledTime(text)?.toISOString()).toBe(instant);
  });

  test.each([
    "",
    "Z",
    "+00:00",
    "2024-07-06Z",
    "2024-07-06T22:48:52ZZ",
    "2024-07-06T22:48:52+02:00",
  ])("is not made of %j", (text) => {
    expect(parsePulledTime(text)).toBeNull();
  });

  test("is asked for in Nairobi's time, to the second, across midnight", () => {
    expect(nairobiDateTime(new Date("2026-12-31T21:00:00.999Z"))).toBe("2027-01-01 00:00:00");
    expect(nairobiDateTime(new Date("2026-11-21T11:05:09Z"))).toBe("2026-11-21 14:05:09");
  });
});
