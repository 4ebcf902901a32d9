import { findColumns } from "./find-columns";

const DELIMITERS = [",", ";", "\t", "|"];
const LINE_CHARS_MAX = 8_192;

/** What parts the cells of a text table, and how many there are: as some line is its header. Null when there is no such line. */
export function findDelimiter(text: Buffer): { delimiter: string; width: number } | null {
  // The header names a receipt; no other line is worth cutting up.
  for (const [line] of text
    .toString("utf8")
    .matchAll(/^.*(?:receipt|reciept|transaction id).*$/gim)) {
    if (line.length > LINE_CHARS_MAX) continue;
    for (const delimiter of DELIMITERS) {
      const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
      if (findColumns(cells)) return { delimiter, width: cells.length };
    }
  }
  return null;
}
