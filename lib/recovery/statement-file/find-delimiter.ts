import { findColumns } from "./find-columns";

const DELIMITERS = [",", ";", "\t", "|"];
const LINE_CHARS_MAX = 8_192;

/** What parts the cells of a text table: the one with which some line is its header. Null when there is no such line. */
export function findDelimiter(text: Buffer): string | null {
  // The header names a receipt; no other line is worth cutting up.
  for (const [line] of text
    .toString("utf8")
    .matchAll(/^.*(?:receipt|reciept|transaction id).*$/gim)) {
    if (line.length > LINE_CHARS_MAX) continue;
    const found = DELIMITERS.find((delimiter) => {
      const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
      return findColumns(cells) !== null;
    });
    if (found) return found;
  }
  return null;
}
