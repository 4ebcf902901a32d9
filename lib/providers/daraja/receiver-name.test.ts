import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readReceiver } from "./receiver-name";

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
