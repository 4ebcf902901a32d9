import { expect, test } from "vitest";
import { passwordProblem } from "./password-problem";

const ABOUT = { name: "Wanjiku Kamau", phone: "+254712345678" };

test.each([
  ["tembo mla mtu", null],
  ["correct horse battery staple", null],
  ["nyumbani", null],
  ["ÄÖÜßäöü€", null],
  ["🐘🐘🦁🦁🐆🐆🦏🦏", null],
  ["x".repeat(60) + "y1".repeat(34), null],
  ["", "empty"],
  ["1234567", "too_short"],
  ["🐘🐘🐘🦁🦁🦁🦁", "too_short"],
  ["ab1".repeat(43), "too_long"],
  ["password", "too_common"],
  ["PassWord1", "too_common"],
  ["12345678", "too_common"],
  ["987654321", "too_common"],
  ["aaaaaaaa", "too_common"],
  ["abababab", "too_common"],
  ["safaricom", "too_common"],
  ["nairobi123", "too_common"],
  ["wanjikukamau", "too_common"],
  ["WanjikuKamau99", "too_common"],
  ["0712345678", "too_common"],
  ["254712345678", "too_common"],
])("%j as a new password: %s", (password, problem) => {
  expect(passwordProblem(password, ABOUT)).toBe(problem);
});

test("a name that is not known yet makes no password common", () => {
  expect(passwordProblem("tembo mla mtu", { name: "", phone: null })).toBeNull();
});
