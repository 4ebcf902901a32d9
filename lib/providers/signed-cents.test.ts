import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalFromCents } from "@/lib/kit/money";
import { signedCentsFromProvider } from "./signed-cents";

describe("what an account holds", () => {
  test.each<[value: unknown, cents: bigint | null]>([
    [125_750, 12_575_000n],
    ["125750.00", 12_575_000n],
    [" 10.5 ", 1_050n],
    [0, 0n],
    [-0, 0n],
    ["0", 0n],
    ["0.00", 0n],
    ["-0.00", 0n],
    [-4510, -451_000n],
    ["-1540.00", -154_000n],
    ["- 1540.00", null],
    ["--1", null],
    ["1,000.00", null],
    ["10.005", null],
    ["1e3", null],
    ["", null],
    ["-", null],
    [".", null],
    ["none", null],
    [null, null],
    [undefined, null],
    [true, null],
    [[1], null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
  ])("%j is %s cents", (value, cents) => {
    expect(signedCentsFromProvider(value)).toBe(cents);
  });

  test("is read back from every amount we write", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 12n), 10n ** 12n), (cents) => {
        expect(signedCentsFromProvider(decimalFromCents(cents))).toBe(cents);
      }),
    );
  });
});
