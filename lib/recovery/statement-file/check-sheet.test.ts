import { describe, expect, test } from "vitest";
import { checkSheet } from "./check-sheet";
import { LIMITS } from "./limits";

function problemOf(xml: string): unknown {
  try {
    checkSheet(Buffer.from(`<worksheet><sheetData>${xml}</sheetData></worksheet>`));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

describe("a sheet", () => {
  test.each([
    ['<row r="1"><c r="A1"><v>1</v></c><c r="N1" s="1" t="s"><v>2</v></c></row>'],
    [`<row r='2' spans="1:14"><c r='B2'/></row>`],
    ['<x:row x:r="3"><x:c x:r="C3"/></x:row>'],
    ['<row r="1"><c r="A1" t="inlineStr"><is><t>r="XFD1" and c r=</t></is></c></row>'],
    ['<cols><col min="1"/></cols><rows r="9999999"/>'],
  ])("of %s is as small as it says", (xml) => {
    expect(problemOf(xml)).toBeNull();
  });

  test.each([
    ["too_large", '<row r="1"><c r="XFD1"/></row>'],
    ["too_large", '<row r="1048576"/>'],
    ["too_large", '<row><x:c x:r="A9999999"/></row>'],
    ["too_large", "<row\n\tr = '260001'/>"],
    ["damaged", '<row r="1"><c r="&#88;FD1"/></row>'],
    ["damaged", '<row r="1"><c foo="&#88;"/></row>'],
    ["damaged", '<row r="1"><c foo=">" r="XFD1"/></row>'],
    ["damaged", `<row r="1"><c foo='"' bar=">" r="XFD1"/></row>`],
    ["damaged", '<row r="1"><c r=XFD1/></row>'],
    ["damaged", '<row r="1"><c r="A1e7"/></row>'],
    ["damaged", "<row r='1'><\u00e0:c r='XFD1e1'/></row>"],
    ["damaged", '<row r="-1"/>'],
  ])("is %s when it hides a far place in %s", (problem, xml) => {
    expect(problemOf(xml)).toBe(problem);
  });

  test("of rows without a number is counted", () => {
    expect(problemOf("<row/>".repeat(LIMITS.rows))).toBeNull();
    expect(problemOf("<row/>".repeat(LIMITS.rows + 1))).toBe("too_large");
  });
});
