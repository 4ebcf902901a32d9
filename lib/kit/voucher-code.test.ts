import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskVoucherCode, parseVoucherCode } from "./voucher-code";

/** A hostile text is refused in far less; a pattern that looks back and forth needs far more. */
const HOSTILE_MS_MAX = 500;

describe("a voucher code", () => {
  test.each([
    ["MLP-ABCD1234EFGH5678", "MLP-ABCD1234EFGH5678"],
    ["LBT-ABCD1234EFGH56", "LBT-ABCD1234EFGH56"],
    ["NLV-53SKM7C0HNDSAZAM", "NLV-53SKM7C0HNDSAZAM"],
    ["mlp-abcd1234efgh5678", "MLP-ABCD1234EFGH5678"],
    ["  MLP-ABCD1234EFGH5678\n", "MLP-ABCD1234EFGH5678"],
    ["MLP - ABCD 1234 EFGH 5678", "MLP-ABCD1234EFGH5678"],
    ["MLP-ABCD\u00a01234\u200bEFGH5678", "MLP-ABCD1234EFGH5678"],
    ["MLP\u2013ABCD1234EFGH5678", "MLP-ABCD1234EFGH5678"],
    ["MLP\u2212ABCD1234EFGH5678", "MLP-ABCD1234EFGH5678"],
    ["AB-1234567890", "AB-1234567890"],
    ["ABCDEF-123456789012345678901234", "ABCDEF-123456789012345678901234"],
  ])("pasted as %j is %s", (pasted, code) => {
    expect(parseVoucherCode(pasted)).toBe(code);
  });

  test.each([
    [""],
    ["   "],
    ["MLP-"],
    ["-ABCD1234EFGH5678"],
    ["MLPABCD1234EFGH5678"],
    ["M-ABCD1234EFGH5678"],
    ["ABCDEFG-ABCD1234EFGH5678"],
    ["ML1-ABCD1234EFGH5678"],
    ["MLP-ABCD12345"],
    [`MLP-${"A".repeat(25)}`],
    ["MLP-ABCD-1234-EFGH-5678"],
    ["MLP-ABCD1234EFGH567!"],
    ["MLP-ABCD1234EFGH5678' OR '1'='1"],
    ["'; DROP TABLE voucher_redemptions; --"],
    ["MLP-ABCD1234EFGH567\u0000"],
    ["MLP-ABCD1234EFGH567🙂"],
    ["МLP-ABCD1234EFGH5678"],
    ["MLP-АBCD1234EFGH5678"],
    ["MLP-٠BCD1234EFGH5678"],
    ["../../etc/passwd"],
    ["<script>alert(1)</script>"],
  ])("%j is not one", (pasted) => {
    expect(parseVoucherCode(pasted)).toBeNull();
  });

  test.each([
    ["ı", "a Turkish dotless i"],
    ["ſ", "a long s"],
    ["ﬁ", "a ligature"],
    ["ß", "a sharp s"],
  ])("never takes %j (%s) for a Latin letter", (letter) => {
    expect(parseVoucherCode(`MLP-ABCD1234EFGH567${letter}`)).toBeNull();
  });

  test("a hundred kilobytes are refused at once", () => {
    for (const pasted of ["A".repeat(100_000), " ".repeat(100_000), `MLP-${"A".repeat(100_000)}`]) {
      const startedAt = performance.now();
      expect(parseVoucherCode(pasted)).toBeNull();
      expect(performance.now() - startedAt).toBeLessThan(HOSTILE_MS_MAX);
    }
  });

  test("0 and O, 1 and I stay what they are", () => {
    const codes = ["MLP-000000000O", "MLP-O00000000O", "MLP-111111111I", "MLP-I11111111I"];
    expect(codes.map(parseVoucherCode)).toEqual(codes);
    expect(new Set(codes.map(parseVoucherCode)).size).toBe(codes.length);
  });

  test("every well-formed code is read as itself, whatever its case and however it is spaced", () => {
    const wellFormed = fc.stringMatching(/^[A-Z]{2,6}-[A-Z0-9]{10,24}$/);
    fc.assert(
      fc.property(wellFormed, fc.constantFrom(" ", "\t", "\u00a0"), (code, gap) => {
        expect(parseVoucherCode(code)).toBe(code);
        expect(parseVoucherCode(code.toLowerCase())).toBe(code);
        expect(parseVoucherCode([...code].join(gap))).toBe(code);
      }),
    );
  });

  test("is shown by its prefix and its last four characters alone", () => {
    expect(maskVoucherCode("MLP-ABCD1234EFGH5678")).toBe("MLP-****5678");
    expect(parseVoucherCode(maskVoucherCode("MLP-ABCD1234EFGH5678"))).toBeNull();
  });
});
