import { expect, test } from "vitest";
import { amountText } from "./amount-text";
import { readReference, referenceText } from "./reference-text";

test("an amount keeps its shillings and its sign on one line", () => {
  expect(amountText("1250.00")).toBe("KSh\u00a01,250.00");
  expect(amountText("-1250.05")).toBe("−KSh\u00a01,250.05");
});

test("cents that are zero may be left out, others never", () => {
  expect(amountText("500.00", { whole: true })).toBe("KSh\u00a0500");
  expect(amountText("500.50", { whole: true })).toBe("KSh\u00a0500.50");
});

test("a text that is no amount is refused instead of shown wrong", () => {
  for (const text of ["500", "5e2", "", "500.0", "1,250.00"]) {
    expect(() => amountText(text)).toThrow(RangeError);
  }
});

test("a reference reads back to its code however it was copied", () => {
  expect(referenceText("GZMB5WX8KP5D")).toBe("GZMB-5WX8-KP5D");
  expect(readReference(" gzmb-5wx8 kp5d ")).toBe("GZMB5WX8KP5D");
});
