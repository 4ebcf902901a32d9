import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  centsFromProvider,
  decimalFromCents,
  formatKes,
  parseAmount,
  wholeShillings,
  type AmountProblem,
} from "./money";

const LIMITS = { minCents: 5_000n, maxCents: 15_000_000n };
/** A hostile text is refused in far less; a pattern that looks back and forth needs far more. */
const HOSTILE_MS_MAX = 500;

describe("an amount a person types", () => {
  test.each<[typed: string, amountCents: bigint]>([
    ["500", 50_000n],
    ["500.5", 50_050n],
    ["500.50", 50_050n],
    ["500.", 50_000n],
    ["500.5000", 50_050n],
    [" 500 ", 50_000n],
    ["1 500", 150_000n],
    ["1\u00a0500", 150_000n],
    ["1\u202f500", 150_000n],
    ["1,500", 150_000n],
    ["1,500.25", 150_025n],
    ["150,000.00", 15_000_000n],
    ["0050", 5_000n],
    ["50", 5_000n],
    ["150000", 15_000_000n],
  ])("%j is read as %s cents", (typed, amountCents) => {
    expect(parseAmount(typed, LIMITS)).toEqual({ ok: true, amountCents });
  });

  test.each<[typed: string, problem: AmountProblem]>([
    ["", "empty"],
    ["   ", "empty"],
    ["\u00a0", "empty"],
    ["0", "not_positive"],
    ["0.00", "not_positive"],
    ["-500", "not_positive"],
    ["-0", "not_positive"],
    ["abc", "not_a_number"],
    ["500abc", "not_a_number"],
    ["KES 500", "not_a_number"],
    ["+500", "not_a_number"],
    ["5e3", "not_a_number"],
    ["0x64", "not_a_number"],
    ["Infinity", "not_a_number"],
    ["NaN", "not_a_number"],
    [".", "not_a_number"],
    [".5", "not_a_number"],
    ["--5", "not_a_number"],
    ["5.5.5", "not_a_number"],
    ["1,50", "not_a_number"],
    ["1,0000", "not_a_number"],
    [",500", "not_a_number"],
    ["٥٠٠", "not_a_number"],
    ["５００", "not_a_number"],
    ["५००", "not_a_number"],
    ["500🙂", "not_a_number"],
    ["500'; DROP TABLE deposits", "not_a_number"],
    ["500.123", "too_many_decimals"],
    ["500.001", "too_many_decimals"],
    ["49.99", "too_small"],
    ["1", "too_small"],
    ["0.01", "too_small"],
    ["150000.01", "too_large"],
    ["999999999999999999", "too_large"],
    ["9999999999999999999999999", "too_large"],
  ])("%j is refused as %s", (typed, problem) => {
    expect(parseAmount(typed, LIMITS)).toEqual({ ok: false, problem });
  });

  test.each([
    ["digits", "9".repeat(100_000), "too_large"],
    ["minus and digits", `-${"9".repeat(100_000)}`, "not_positive"],
    ["letters", "a".repeat(100_000), "not_a_number"],
    ["spaces", " ".repeat(100_000), "empty"],
    ["commas", `1${",000".repeat(25_000)}`, "too_large"],
    ["a broken comma group", `1${",000".repeat(25_000)},`, "not_a_number"],
    ["zeros behind the point", `500.${"0".repeat(100_000)}1`, "too_many_decimals"],
  ] as const)("a hundred kilobytes of %s are refused at once", (_name, typed, problem) => {
    const startedAt = performance.now();
    expect(parseAmount(typed, LIMITS)).toEqual({ ok: false, problem });
    expect(performance.now() - startedAt).toBeLessThan(HOSTILE_MS_MAX);
  });

  test("whatever is typed, an accepted amount is within its limits", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d,. -]{0,12}$/)), (typed) => {
        const parsed = parseAmount(typed, LIMITS);
        if (!parsed.ok) return;
        expect(parsed.amountCents).toBeGreaterThanOrEqual(LIMITS.minCents);
        expect(parsed.amountCents).toBeLessThanOrEqual(LIMITS.maxCents);
      }),
    );
  });
});

describe("cents and text", () => {
  const anyCents = fc.bigInt({ min: 1n, max: 10n ** 14n });

  test("every amount survives being written with two decimals and read again", () => {
    const limits = { minCents: 1n, maxCents: 10n ** 14n };
    fc.assert(
      fc.property(anyCents, (amountCents) => {
        const written = decimalFromCents(amountCents);
        expect(written).toMatch(/^\d+\.\d{2}$/);
        expect(parseAmount(written, limits)).toEqual({ ok: true, amountCents });
        expect(centsFromProvider(written)).toBe(amountCents);
      }),
    );
  });

  test("every amount survives being shown to a person and typed back", () => {
    const limits = { minCents: 1n, maxCents: 10n ** 14n };
    fc.assert(
      fc.property(anyCents, (amountCents) => {
        const shown = formatKes(amountCents).replace("KSh", "");
        expect(parseAmount(shown, limits)).toEqual({ ok: true, amountCents });
      }),
    );
  });

  test("every amount a provider can pay survives a JSON number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (amountCents) => {
        const sent: unknown = JSON.parse(decimalFromCents(amountCents));
        expect(centsFromProvider(sent)).toBe(amountCents);
      }),
    );
  });

  test.each([
    [0n, "0.00"],
    [5n, "0.05"],
    [50n, "0.50"],
    [125_000n, "1250.00"],
    [-1n, "-0.01"],
    [-125_050n, "-1250.50"],
  ])("%s cents are written %j", (amountCents, text) => {
    expect(decimalFromCents(amountCents)).toBe(text);
  });

  test("Kenyan amounts group their thousands and drop only cents that are none", () => {
    expect(formatKes(125_000n)).toBe("KSh 1,250.00");
    expect(formatKes(15_000_000n)).toBe("KSh 150,000.00");
    expect(formatKes(99_999n)).toBe("KSh 999.99");
    expect(formatKes(-125_000n)).toBe("KSh -1,250.00");
    expect(formatKes(50_000n, { whole: true })).toBe("KSh 500");
    expect(formatKes(50_050n, { whole: true })).toBe("KSh 500.50");
  });

  test("whole shillings are never made by losing cents", () => {
    expect(wholeShillings(50_000n)).toBe(500n);
    expect(() => wholeShillings(50_001n)).toThrow("cannot be sent in whole shillings");
    expect(() => wholeShillings(-1n)).toThrow("cannot be sent in whole shillings");
  });
});

describe("an amount a provider sends", () => {
  test.each<[sent: unknown, amountCents: bigint]>([
    [500, 50_000n],
    [500.5, 50_050n],
    [1_099.5, 109_950n],
    [0.01, 1n],
    ["500", 50_000n],
    ["500.00", 50_000n],
    [" 500.00 ", 50_000n],
    ["500.5000", 50_050n],
  ])("%j is %s cents", (sent, amountCents) => {
    expect(centsFromProvider(sent)).toBe(amountCents);
  });

  test.each<[sent: unknown]>([
    [0],
    [-500],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1e21],
    [0.1 + 0.2],
    [500.001],
    ["500.001"],
    ["1,500.00"],
    ["-5"],
    ["KES 500"],
    ["5e2"],
    [""],
    ["٥٠٠"],
    [null],
    [undefined],
    [true],
    [["500"]],
    [{ amount: 500 }],
    ["1000000000000.01"],
    ["9".repeat(40)],
  ])("%j is no amount, and is not rounded into one", (sent) => {
    expect(centsFromProvider(sent)).toBeNull();
  });

  test("a hundred kilobytes are judged at once", () => {
    const startedAt = performance.now();
    expect(centsFromProvider(`1.${"0".repeat(100_000)}1`)).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(HOSTILE_MS_MAX);
  });
});
