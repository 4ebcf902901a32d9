import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PAYOUT_CODES, readStatusCode } from "./payout-codes";

const PAGE = readFileSync("docs/providers/daraja.md", "utf8");

/** The rows of the page's table with these columns, cell by cell. */
function tableOf(columns: readonly string[]): string[][] {
  const lines = PAGE.split("\n").map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const head = lines.findIndex((cells) => cells.join() === columns.join());
  if (head === -1) throw new Error(`the page has no table of ${columns.join(", ")}`);
  const rest = lines.slice(head + 2);
  const end = rest.findIndex((cells) => cells.length === 0);
  return rest.slice(0, end === -1 ? undefined : end);
}

const code = (text: string) => `\`${text}\``;

test("the page about Daraja lists every payout code as the code knows it, in its order", () => {
  const known = PAYOUT_CODES.map((row) => [
    code(row.code),
    row.meaning,
    code(row.class),
    row.reason === null ? "" : code(row.reason),
  ]);
  expect(tableOf(["code", "meaning", "class", "reason"])).toEqual(known);
});

test("the page about Daraja names exactly the codes that make a look-up be asked again", () => {
  const again = tableOf(["`ResultCode` of the look-up", "means"]).find(
    ([, means]) => means === "ask again",
  );
  const asked = PAYOUT_CODES.filter((row) => readStatusCode(row.code, "").class === "pending");
  expect(again?.[0]).toBe(asked.map((row) => code(row.code)).join(", "));
});
