import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";

const english = leavesOf(readCatalogue("en"));
const swahili = new Set(leavesOf(readCatalogue("sw")));

/** Sentences of the English catalogue that are not also Swahili words, and name nothing. */
export const foreign = english.filter((text) => !swahili.has(text) && !text.includes("{"));

function readCatalogue(locale: string): object {
  const file = new URL(`../lib/i18n/messages/${locale}.json`, import.meta.url);
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof parsed !== "object" || parsed === null) throw new Error(`${locale} is no catalogue`);
  return parsed;
}

function leavesOf(node: unknown): string[] {
  if (typeof node === "string") return [node];
  return typeof node === "object" && node !== null ? Object.values(node).flatMap(leavesOf) : [];
}

/** The page says it is in Kiswahili, and no line of it is one of our English ones. */
export async function expectSwahili(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", "sw");
  const shown = [await page.locator("body").innerText(), await page.title()].join("\n");
  const lines = new Set(shown.split("\n").map((line) => line.trim()));
  const left = foreign.filter((text) =>
    text.split(" ").length > 2 ? shown.includes(text) : lines.has(text),
  );
  expect(left, `English on ${new URL(page.url()).pathname}`).toEqual([]);
}
