import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAmount } from "./read-amount";

describe("an amount in a cell of text", () => {
  test.each([
    ["1000", 100_000n],
    ["1,000.00", 100_000n],
    ["-1,000.00", -100_000n],
    ["(1,000.00)", -100_000n],
    ["1,000.00-", -100_000n],
    ["+5", 500n],
    ["\u22125.5", -550n],
    ["0.1", 10n],
    ["12.340000", 1_234n],
    [" 1 000.00 ", 100_000n],
    ["1\u00a0000.05", 100_005n],
    ["KES 1,234.56", 123_456n],
    ["Ksh.1,234.56", 123_456n],
    ["-KES 5", -500n],
    ["9,999,999,999,999.99", 999_999_999_999_999n],
    ["0.00", 0n],
    ["", "absent"],
    ["-", "absent"],
    ["  ", "absent"],
  ])("%j is %s cents", (text, cents) => {
    expect(readAmount(text)).toBe(cents);
  });

  test.each([
    ["1.005"],
    ["1,00"],
    ["1,0000"],
    ["10,00.00"],
    ["1.000,00"],
    ["--5"],
    ["-(5)"],
    ["(5"],
    ["(-5)"],
    ["-5-"],
    ["1e3"],
    ["0x10"],
    ["\u0665"],
    ["5 KES more"],
    ["USD 5"],
    ["=5"],
    ["NaN"],
    ["#REF!"],
    ["10,000,000,000,000.00"],
    ["9".repeat(100_000)],
  ])("%j is none", (text) => {
    expect(readAmount(text)).toBe("bad");
  });
});

describe("a number of a workbook", () => {
  test.each([
    ["1053.0999999999999", 105_310n],
    ["1053.1000000000001", 105_310n],
    ["0.10000000000000001", 10n],
    ["0.30000000000000004", 30n],
    ["-1000", -100_000n],
    ["1.0531E3", 105_310n],
    ["1E-2", 1n],
    ["999999999999.98999", 99_999_999_999_999n],
    ["0", 0n],
  ])("stored as %s is %s cents", (digits, cents) => {
    expect(readAmount({ digits })).toBe(cents);
  });

  test.each([["1.005"], ["0.001"], ["1E99"], ["1E-99"], ["1E400"], ["abc"], [""], ["1,000"]])(
    "stored as %j is no amount in whole cents",
    (digits) => {
      expect(readAmount({ digits })).toBe("bad");
    },
  );

  test("is read to the cent in whatever seventeen digits a workbook keeps it", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }), (cents) => {
        const stored = Number(cents) / 100;
        expect(readAmount({ digits: stored.toPrecision(17) })).toBe(cents);
        expect(readAmount({ digits: String(stored) })).toBe(cents);
        expect(readAmount({ digits: stored.toExponential(16) })).toBe(cents);
      }),
    );
  });

  test("is never a day", () => {
    expect(readAmount(new Date())).toBe("bad");
  });
});
