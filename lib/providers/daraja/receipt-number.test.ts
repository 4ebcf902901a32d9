import { expect, test } from "vitest";
import { readReceiptNumber } from "./receipt-number";

test.each<[text: string | null | undefined, receipt: string | null]>([
  ["SKJ82PACB8", "SKJ82PACB8"],
  [" skj82pacb8 ", "SKJ82PACB8"],
  ["1", "1"],
  ["A".repeat(32), "A".repeat(32)],
  ["A".repeat(33), null],
  ["0", null],
  ["0000000000", null],
  ["SKJ82 PACB8", null],
  ["SKJ82-PACB8", null],
  ["ŠKJ82PACB8", null],
  ["", null],
  ["  ", null],
  [null, null],
  [undefined, null],
])("%j is the receipt %j", (text, receipt) => {
  expect(readReceiptNumber(text)).toBe(receipt);
});
