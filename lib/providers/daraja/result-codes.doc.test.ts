import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CATALOGUES } from "@/lib/i18n/catalogues";
import { LOCALES } from "@/lib/i18n/locales";
import { readStkResult, STK_REASONS, STK_RESULTS } from "./result-codes";

const PAGE = readFileSync("docs/providers/daraja.md", "utf8");

/** The rows of the page's table with these columns, cell by cell, without its backticks. */
function tableOf(columns: readonly string[]): string[][] {
  const lines = PAGE.split("\n").map((line) => line.split("|").slice(1, -1).map(plain));
  const head = lines.findIndex((cells) => cells.join() === columns.join());
  if (head === -1) throw new Error(`the page has no table of ${columns.join(", ")}`);
  const rest = lines.slice(head + 2);
  const end = rest.findIndex((cells) => cells.length === 0);
  return rest.slice(0, end === -1 ? undefined : end);
}

function plain(cell: string): string {
  return cell.replaceAll("`", "").trim();
}

describe("the page about Daraja", () => {
  const rows = tableOf(["code", "text", "meaning", "class", "new attempt", "reason"]);

  test("lists every result code as the code knows it, in its order", () => {
    const known = STK_RESULTS.map((row) => [
      row.code,
      row.meaning,
      row.class,
      row.newAttempt,
      row.reason ?? "",
    ]);
    expect(rows.map(([code, _text, ...others]) => [code, ...others])).toEqual(known);
  });

  test("names a text exactly where a code has two meanings, and one that tells them apart", () => {
    const named = rows.map(([code = "", text = ""], index) => ({
      code,
      text,
      row: STK_RESULTS[index],
    }));
    for (const { code, text, row } of named) {
      expect(text !== "", code).toBe(row?.said !== undefined);
      expect(readStkResult(code, text)).toBe(row);
    }
  });

  test("tells every reason in the words the customer reads, in both languages", () => {
    const told = STK_REASONS.map((reason) => [
      reason,
      ...LOCALES.map((locale) => CATALOGUES[locale].mpesaReasons[reason].why),
    ]);
    expect(tableOf(["reason", "English", "Kiswahili"])).toEqual(told);
  });
});
