import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatKenyanPhone, maskPhone, parseKenyanPhone } from "./phone";

/** A hostile text is refused in far less; a pattern that looks back and forth needs far more. */
const HOSTILE_MS_MAX = 500;

describe("a Kenyan mobile number", () => {
  test.each([
    ["0712345678", "+254712345678"],
    ["0712 345 678", "+254712345678"],
    ["0712-345-678", "+254712345678"],
    ["(0712) 345.678", "+254712345678"],
    ["\u00a00712345678\u00a0", "+254712345678"],
    ["0110345678", "+254110345678"],
    ["0101 234 567", "+254101234567"],
    ["254712345678", "+254712345678"],
    ["254110345678", "+254110345678"],
    ["+254712345678", "+254712345678"],
    ["+254 712 345 678", "+254712345678"],
    ["+254110345678", "+254110345678"],
    ["712345678", "+254712345678"],
  ])("written %j is read as %s", (typed, e164) => {
    expect(parseKenyanPhone(typed)).toBe(e164);
  });

  test.each([
    [""],
    ["   "],
    ["0"],
    ["071234567"],
    ["07123456789"],
    ["0812345678"],
    ["0202345678"],
    ["0612345678"],
    ["+255712345678"],
    ["255712345678"],
    ["+1 415 555 2671"],
    ["00254712345678"],
    ["++254712345678"],
    ["+0712345678"],
    ["2540712345678"],
    ["+2540712345678"],
    ["07123abc78"],
    ["٠٧١٢٣٤٥٦٧٨"],
    ["0712345678; DROP TABLE users"],
    ["0712345678,0722000111"],
    ["tel:0712345678"],
  ])("%j is not one", (typed) => {
    expect(parseKenyanPhone(typed)).toBeNull();
  });

  test("a hundred kilobytes are refused at once", () => {
    for (const typed of [
      "7".repeat(100_000),
      " ".repeat(100_000),
      `0712345678${"-".repeat(100_000)}x`,
    ]) {
      const startedAt = performance.now();
      expect(parseKenyanPhone(typed)).toBeNull();
      expect(performance.now() - startedAt).toBeLessThan(HOSTILE_MS_MAX);
    }
  });

  test("however it is shown, typing it back gives the same number", () => {
    const subscriber = fc.tuple(
      fc.constantFrom("70", "71", "72", "74", "79", "11"),
      fc.integer({ min: 0, max: 9_999_999 }),
    );
    fc.assert(
      fc.property(subscriber, ([network, rest]) => {
        const e164 = `+254${network}${String(rest).padStart(7, "0")}`;
        expect(parseKenyanPhone(e164)).toBe(e164);
        expect(parseKenyanPhone(e164.slice(1))).toBe(e164);
        expect(parseKenyanPhone(formatKenyanPhone(e164))).toBe(e164);
      }),
    );
  });

  test("is shown as Kenyans write it, and masked so that nobody can call it", () => {
    expect(formatKenyanPhone("+254712345678")).toBe("0712 345 678");
    expect(maskPhone("+254712345678")).toBe("0712 *** 678");
    expect(parseKenyanPhone(maskPhone("+254712345678"))).toBeNull();
  });
});
