import { expect, test } from "vitest";
import { maskName } from "./mask-name";

test.each([
  ["JOHN DOE", "J*** D**"],
  ["  john   kamau  ", "J*** K****"],
  ["J", "J"],
  ["Wolfeschlegelsteinhausen", "W********"],
  ["ŋgũgĩ wa thiong\u2019o", "Ŋ**** W* T*******"],
  ["\u{1f600}\u{1f600}", "\u{1f600}*"],
  ["", ""],
])("%j is shown as %j", (name, shown) => {
  expect(maskName(name)).toBe(shown);
});

test("is short and fit to be stored, whatever the name", () => {
  expect(maskName("ab ".repeat(50))).toHaveLength(60);
  const halved = maskName(`ab ${"c ".repeat(28)}\u{1f600}`);
  expect(halved).toBe(`A* ${"C ".repeat(28)}\ufffd`);
  expect(maskName("x \ud83d")).toBe("X \ufffd");
});
