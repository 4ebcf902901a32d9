import { findColumns } from "./find-columns";

const DELIMITERS = [",", ";", "\t", "|"];
const LINE_CHARS_MAX = 8_192;
/** Nearly every header is within the first lines; the rest of a large file is made a text only where it is not. */
const HEAD_BYTES = 64 * 1024;

interface Table {
  readonly delimiter: string;
  readonly width: number;
}

/** What parts the cells of a text table, and how many there are: as some line is its header. Null when there is no such line. */
export function findDelimiter(text: Buffer): Table | null {
  const head = text.subarray(0, text.lastIndexOf("\n", HEAD_BYTES) + 1);
  return findInLines(head.toString("utf8")) ?? findInLines(text.toString("utf8"));
}

function findInLines(text: string): Table | null {
  // The header names a receipt; no other line is worth cutting up.
  for (const [line] of text.matchAll(/^.*(?:receipt|reciept|transaction id).*$/gim)) {
    if (line.length > LINE_CHARS_MAX) continue;
    for (const delimiter of DELIMITERS) {
      const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
      if (findColumns(cells)) return { delimiter, width: cells.length };
    }
  }
  return null;
}
