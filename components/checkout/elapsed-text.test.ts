import { expect, test } from "vitest";
import { elapsedText } from "./elapsed-text";

const words = { seconds: "# s", minutes: "# min", hours: "# h", days: "# d" };

test.each([
  [-3, "0 s"],
  [0, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [3_599, "59 min"],
  [3_600, "1 h"],
  [86_399, "23 h"],
  [86_400, "1 d"],
  [86_400 * 40, "40 d"],
])("%i seconds are said as %s, however long it takes", (seconds, text) => {
  expect(elapsedText(seconds, words)).toBe(text);
});
