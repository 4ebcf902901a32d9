import { strFromU8, unzipSync } from "fflate";
import readExcelFile from "read-excel-file/node";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { writeXlsx } from "./xlsx";

beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

const sheetOf = (bytes: Uint8Array): string => {
  const part = unzipSync(bytes)["xl/worksheets/sheet1.xml"];
  if (!part) throw new Error("The workbook has no sheet");
  return strFromU8(part);
};

it("writes what means something in XML as text, and leaves out what XML cannot say", () => {
  const sheet = sheetOf(writeXlsx([['a & b < c > "d"\u0007\u0000', " e "]], "One"));
  expect(sheet).toContain('preserve">a &amp; b &lt; c &gt; &quot;d&quot;</t>');
  expect(sheet).toContain('preserve"> e </t>');
});

it("names the columns after Z as AA, AB and so on", () => {
  const row = Array.from({ length: 54 }, (_, index) => `${index}`);
  const names = [...sheetOf(writeXlsx([row], "One")).matchAll(/<c r="([A-Z]+)1"/g)].map(
    ([, name]) => name,
  );
  expect([0, 25, 26, 27, 51, 52, 53].map((index) => names[index])).toEqual([
    "A",
    "Z",
    "AA",
    "AB",
    "AZ",
    "BA",
    "BB",
  ]);
});

it("keeps empty rows and cells where they are, for a reader that is not ours", async () => {
  const bytes = writeXlsx([["first"], [], ["", "second", "", "third"]], "Rows & more");
  const [sheet] = await readExcelFile(Buffer.from(bytes));
  expect(sheet?.sheet).toBe("Rows & more");
  expect(sheet?.data).toEqual([
    ["first", null, null, null],
    [null, null, null, null],
    [null, "second", null, "third"],
  ]);
});

it("is the same bytes on any day", () => {
  vi.setSystemTime(new Date("2026-11-21T10:00:00Z"));
  const today = writeXlsx([["a"]], "One");
  vi.setSystemTime(new Date("2027-03-05T12:34:56Z"));
  expect(writeXlsx([["a"]], "One")).toEqual(today);
});
