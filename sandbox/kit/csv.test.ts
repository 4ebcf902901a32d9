import { expect, it } from "vitest";

import { writeCsv } from "./csv";

it("quotes a cell only where it must, and doubles the quotes inside", () => {
  const rows = [["plain", "a,b", 'say "hi"', "two\nlines"], [], ["", "last"]];
  expect(writeCsv(rows)).toBe('plain,"a,b","say ""hi""","two\nlines"\r\n\r\n,last\r\n');
});
