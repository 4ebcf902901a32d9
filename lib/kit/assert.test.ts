import { expect, test } from "vitest";
import { assert, AssertionError, unreachable } from "./assert";

test("a guarantee that holds lets the code go on, a broken one ends it with its own words", () => {
  expect(() => assert(1 + 1 === 2, "arithmetic works")).not.toThrow();
  expect(() => assert(false, "the books balance")).toThrow(AssertionError);
  expect(() => assert(false, "the books balance")).toThrow("the books balance");
});

test("a case nobody handled names itself", () => {
  // The compiler forbids this call; at run time a value from outside can still bring it about.
  const reach: (value: never) => never = unreachable;
  expect(() => Reflect.apply(reach, undefined, [{ kind: "new" }])).toThrow('{"kind":"new"}');
});
