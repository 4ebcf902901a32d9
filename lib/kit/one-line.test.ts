import { expect, test } from "vitest";
import { oneLine } from "./one-line";

test.each([
  ["  a   b ", "a b"],
  ["a\nb\r\n\tc", "a b c"],
  ["a\u0000b\u0007c\u009fd", "a b c d"],
  ["Asante sana, Wanjikũ! 🎉", "Asante sana, Wanjikũ! 🎉"],
  ["\u0000\n", ""],
])("%j is one line: %j", (typed, line) => {
  expect(oneLine(typed)).toBe(line);
});
