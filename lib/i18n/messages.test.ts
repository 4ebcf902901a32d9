import { globSync, readFileSync } from "node:fs";
import { createTranslator } from "next-intl";
import { describe, expect, test } from "vitest";
import { CATALOGUES } from "./catalogues";
import { LOCALES } from "./locales";

type Tree = { [key: string]: string | Tree };

/** `{"a.b": "text"}` for every sentence of a catalogue. */
function sentences(tree: Tree, prefix = ""): Record<string, string> {
  const rows = Object.entries(tree).map(([key, value]) =>
    typeof value === "string" ? { [prefix + key]: value } : sentences(value, `${prefix}${key}.`),
  );
  return Object.assign({}, ...rows);
}

/** The names of a message's arguments. A plural's branches stand after its selectors and are text. */
function argumentsOf(message: string): string[] {
  const names = message.matchAll(/(?<!(?:zero|one|two|few|many|other|=\d+)\s?)\{(\w+)\s*[,}]/g);
  return [...new Set(Array.from(names, ([, name]) => `${name}`))].sort();
}

const english = sentences(CATALOGUES.en);

describe.each(LOCALES)("the catalogue %s", (locale) => {
  const own = sentences(CATALOGUES[locale]);

  test("has every sentence that English has, and no other", () => {
    expect(Object.keys(own).sort()).toEqual(Object.keys(english).sort());
  });

  test("leaves no sentence empty", () => {
    expect(Object.entries(own).filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  test("asks for the same arguments as English in every sentence", () => {
    const asked = (all: Record<string, string>) =>
      Object.fromEntries(Object.entries(all).map(([key, text]) => [key, argumentsOf(text)]));
    expect(asked(own)).toEqual(asked(english));
  });

  test("can be read by the formatter, every sentence of it", () => {
    for (const [key, message] of Object.entries(own)) {
      const values = Object.fromEntries(argumentsOf(message).map((name) => [name, 2]));
      const say = createTranslator({ locale, messages: { message }, onError: fail });
      expect(say("message", values), key).not.toMatch(/[{}]/);
    }
  });

  test("never says please, oops or invalid", () => {
    const banned = /\b(please|oops|invalid|tafadhali|batili)\b/i;
    expect(Object.entries(own).filter(([, text]) => banned.test(text))).toEqual([]);
  });
});

test("Kiswahili is written, not left in English", () => {
  const kiswahili = sentences(CATALOGUES.sw);
  const same = Object.keys(english).filter((key) => english[key] === kiswahili[key]);
  const names = /^(months\.|header\.(english|kiswahili)$|methods\.(pesavoucher|mpesa)$|paid\.from)/;
  const bare = new Set(["app.titleTemplate", "payment.pageTitle"]);
  expect(same.filter((key) => !names.test(key) && !bare.has(key))).toEqual([]);
});

test("no sentence is left over that nothing says", () => {
  const sources = ["app", "components"]
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`))
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  // These are looked up by codes that only exist at run time.
  const byCode =
    /^(problems\.\w+\.|(mpesaR|payoutR|r)easons\.|errors\.|status\.|waiting\.\w+\.|months\.|dashboard\.(reviewReasons|outcomes)\.|dashboardHistory\.outcomes\.|caseFile\.(nextSteps|claimStates|accounts|actions|actors|messageKinds|operations|callOutcomes)\.|history\.(in|out)$|nav\.|refunds\.reasons\.|reviewQueue\.(certainties|queryOutcomes|situations)\.|statements\.(differences|driftReasons|forecasts|kinds)\.|transactions\.(actions|causes|empty|sentences|standings|views)\.)/;
  const said = (key: string) => new RegExp(`["\`.}]${key.split(".").at(-1)}["\`]`).test(sources);
  expect(sources.length).toBeGreaterThan(10_000);
  expect(Object.keys(english).filter((key) => !byCode.test(key) && !said(key))).toEqual([]);
});

function fail(error: Error): never {
  throw error;
}
