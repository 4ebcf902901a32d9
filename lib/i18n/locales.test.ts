import { expect, test } from "vitest";
import { chooseLocale } from "./locales";

test("the language a person chose beats what the browser asks for", () => {
  expect(chooseLocale({ cookie: "en", acceptLanguage: "sw" })).toBe("en");
});

test.each([
  ["sw", "sw"],
  ["sw-KE,en;q=0.8", "sw"],
  ["fr-FR, SW;q=0.9, en;q=0.8", "sw"],
  ["en;q=0.4, sw;q=0.9", "sw"],
  ["en-GB,sw;q=0.9", "en"],
  ["sw;q=0, en;q=0.1", "en"],
  ["de,fr", "en"],
  ["", "en"],
  [";;q=,,,=", "en"],
])("a browser that asks for %j is answered in %s", (acceptLanguage, locale) => {
  expect(chooseLocale({ cookie: undefined, acceptLanguage })).toBe(locale);
});

test("a language nobody offers in the cookie counts as no choice", () => {
  expect(chooseLocale({ cookie: "../../etc", acceptLanguage: "sw" })).toBe("sw");
});
