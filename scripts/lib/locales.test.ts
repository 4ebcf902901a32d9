import { expect, test } from "vitest";
import { compareLocales } from "./locales.mjs";

const english = {
  pay: { button: "Pay {amount}", tries: "{count, plural, one {# try} other {# tries}}" },
};

function problemsOf(swahili: Record<string, unknown>): string[] {
  const locales = [
    { name: "en", messages: english },
    { name: "sw", messages: swahili },
  ];
  return compareLocales(locales).problems;
}

test("languages that say the same things agree, in whatever order", () => {
  const tries = "{count, plural, one {jaribio #} other {majaribio #}}";
  expect(problemsOf({ pay: { tries, button: "Lipa {amount}" } })).toEqual([]);
});

test.each([
  ["a missing message", { pay: { button: "Lipa {amount}" } }, "sw: pay.tries is missing"],
  [
    "an empty message",
    { pay: { button: " ", tries: english.pay.tries } },
    "sw: pay.button is empty",
  ],
  [
    "another argument",
    { pay: { button: "Lipa {kiasi}", tries: english.pay.tries } },
    "pay.button takes (amount) in en but (kiasi) in sw",
  ],
  [
    "a message that is not well formed",
    { pay: { button: "Lipa {amount", tries: english.pay.tries } },
    expect.stringContaining("sw: pay.button is not a valid message"),
  ],
])("%s is found", (_, swahili, expected) => {
  expect(problemsOf(swahili)).toEqual([expected]);
});

test("a message that only the second language has is found", () => {
  expect(problemsOf({ pay: { ...english.pay, extra: "Zaidi" } })).toEqual([
    "en: pay.extra is missing",
  ]);
});
