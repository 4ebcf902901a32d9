import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { REVERSAL_CODES } from "./reversal-codes";

const PAGE = readFileSync("docs/providers/daraja.md", "utf8");

test("the page about Daraja lists every reversal code as the code knows it, in its order", () => {
  const [, section = ""] = PAGE.split("\n## Reversal codes\n");
  const [own = ""] = section.split("\n## ");
  const rows = own
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const known = REVERSAL_CODES.map(({ code, meaning, means }) => [
    `\`${code}\``,
    meaning,
    `\`${means.class}\``,
    means.class === "refused" ? `\`${means.reason}\`` : "",
  ]);
  expect(rows).toEqual(known);
});
