import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskParty, readReceiver, readShortcode } from "./receiver-name";

const PHONE = "+254712345678";

describe("whom the provider says it paid", () => {
  test.each([
    ["254712345678 - JOHN DOE", PHONE, "JOHN DOE"],
    ["254712345678 -  JOHN   DOE ", PHONE, "JOHN DOE"],
    ["254712345678-JOHN DOE", PHONE, "JOHN DOE"],
    ["254712345678 – JOHN DOE", PHONE, "JOHN DOE"],
    ["254712345678 — JOHN DOE", PHONE, "JOHN DOE"],
    ["254712345678 : JOHN DOE", PHONE, "JOHN DOE"],
    ["+254712345678 - JOHN DOE", PHONE, "JOHN DOE"],
    ["0712345678 - JOHN DOE", PHONE, "JOHN DOE"],
    ["254 712 345 678 - JOHN DOE", PHONE, "JOHN DOE"],
    ["254712345678 JOHN DOE", PHONE, "JOHN DOE"],
    ["254712345678 - MARY-ANN WANJIRU", PHONE, "MARY-ANN WANJIRU"],
    ["254712345678 - MARY - ANN", PHONE, "MARY - ANN"],
    ["254712345678 - XAVIER", PHONE, "XAVIER"],
    ["254712345678 - o'Brien Müller", PHONE, "o'Brien Müller"],
    ["254712345678 - ", PHONE, null],
    ["254712345678 -", PHONE, null],
    ["254712345678", PHONE, null],
    ["254712345678 - ***", PHONE, null],
    ["2547 ***** 678 - JOHN DOE", null, "JOHN DOE"],
    ["2547*****678 - JOHN", null, "JOHN"],
    ["2547XXXXX678 - JOHN", null, "JOHN"],
    ["2547xxxxx678 - J*** D**", null, "J*** D**"],
    ["***678 - JOHN", null, "JOHN"],
    ["2547 ***** 678", null, null],
    [`${"ab01".repeat(16)} - JOHN`, null, "JOHN"],
    ["600998 - DUKA LA MWANGA", null, "DUKA LA MWANGA"],
    ["254202345678 - JOHN", null, "JOHN"],
    ["255712345678 - JOHN", null, "JOHN"],
    ["- JOHN DOE", null, "JOHN DOE"],
    ["JOHN DOE", null, "JOHN DOE"],
    ["MARY-ANN WANJIRU", null, "MARY-ANN WANJIRU"],
    ["", null, null],
    [" - ", null, null],
  ])("%j is the phone %s and the name %s", (text, phone, name) => {
    expect(readReceiver(text)).toEqual({ phone, name });
  });

  test("never gives a long name, throws or dawdles", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { phone, name } = readReceiver(text);
        expect(phone ?? PHONE).toMatch(/^\+254[17]\d{8}$/);
        expect(name?.length ?? 0).toBeLessThanOrEqual(100);
      }),
    );
    expect(readReceiver(`254712345678 - ${"A".repeat(5_000)}`).name).toHaveLength(100);
    expect(readReceiver(`${"2 ".repeat(50_000)}!`).phone).toBeNull();
  });
});

describe("a party to a payment", () => {
  test.each<[party: string, shown: string | null]>([
    ["254712345678 - JOHN DOE", "0712 *** 678 - J*** D**"],
    ["0712345678-JOHN DOE", "0712 *** 678 - J*** D**"],
    ["254712345678 JOHN DOE", "0712 *** 678 - J*** D**"],
    ["254712345678", "0712 *** 678"],
    ["254712345678 - ", "0712 *** 678"],
    ["2547 ***** 126 - NICHOLAS", "2547 ***** 126 - N*******"],
    ["2547XXXXX126 - NICHOLAS", "2547XXXXX126 - N*******"],
    ["2547•••••126", "2547•••••126"],
    // Hides too little, and may be somebody's.
    ["25471234*678 - JOHN", "J***"],
    ["25571234567 - JOHN", "J***"],
    [`${"ab01".repeat(16)} - JOHN`, "J***"],
    ["JOHN DOE", "J*** D**"],
    ["174379 - Duka la Mwanga", "174379 - Duka la Mwanga"],
    ["174379", "174379"],
    ["255712345678", null],
    [" - ", null],
    ["", null],
  ])("%j is shown as %j", (party, shown) => {
    expect(maskParty(party)).toBe(shown);
  });

  test("is never shown with a number that can be called", () => {
    const phone = fc.integer({ min: 0, max: 99_999_999 }).map((number) => {
      return `7${String(number).padStart(8, "0")}`;
    });
    const before = fc.constantFrom("254", "+254", "0", "", "00254", "x ", "- ");
    const after = fc.constantFrom(" - JOHN DOE", "-JOHN", " JOHN", "", " | J");
    fc.assert(
      fc.property(before, phone, after, (start, digits, end) => {
        const shown = maskParty(`${start}${digits}${end}`) ?? "";
        expect(shown.replace(/\D/g, "").length).toBeLessThanOrEqual(7);
        expect(shown).not.toContain("JOHN");
      }),
    );
  });

  test("is an organisation by its short number alone", () => {
    expect(readShortcode("174379 - Duka")).toBe("174379");
    expect(readShortcode("  174379  :  Duka")).toBe("174379");
    for (const party of ["Duka 174379", "1743790 1 - Duka", "174*** - Duka", "0712345678", ""]) {
      expect(readShortcode(party), party).toBeNull();
    }
  });
});
