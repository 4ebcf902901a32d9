import { expect, test } from "vitest";
import { CATALOGUES } from "@/lib/i18n/catalogues";
import { floatVerdict } from "./float-verdict";

test.each([
  ["by the amount", { fell: "750.00", otherOrders: 0 }, "floatFor"],
  ["by nothing", { fell: "0.00", otherOrders: 0 }, "floatAgainst"],
  ["by another amount", { fell: "700.00", otherOrders: 0 }, "floatUnclear"],
  ["because it was filled up", { fell: "-9250.00", otherOrders: 0 }, "floatUnclear"],
  [
    "by the amount, with another order in between",
    { fell: "750.00", otherOrders: 1 },
    "floatUnclear",
  ],
  ["by nothing, with another order in between", { fell: "0.00", otherOrders: 1 }, "floatUnclear"],
  ["or not: it was not seen yet", { fell: null, otherOrders: 0 }, "floatUnclear"],
] as const)("a balance that fell %s", (_, hint, verdict) => {
  expect(floatVerdict(hint, "750.00")).toBe(verdict);
});

test("whatever it suggests is called a hint, in both languages", () => {
  const { en, sw } = CATALOGUES;
  for (const key of ["floatFor", "floatAgainst"] as const) {
    expect(en.caseFile[key]).toContain("a hint, no proof");
    expect(sw.caseFile[key]).toContain("dokezo, si uthibitisho");
  }
});
