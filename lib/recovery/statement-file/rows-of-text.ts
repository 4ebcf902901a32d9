import { Readable, pipeline } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { LIMITS } from "./limits";
import { type Row } from "./statement";
import { UnreadableFile } from "./unreadable-file";

const CHUNK_BYTES = 64 * 1024;
// A text of several lines may have a few; a row has more.
const DELIMITERS_IN_TEXT_MAX = 5;

/**
 * The rows of a text file, one after the other as they are read. With `quotes` a cell may hold the
 * delimiter and line breaks; without, every line is a row, whatever quotes are in it.
 */
export async function* rowsOfText(
  text: Buffer,
  options: { delimiter: string; width: number; quotes: boolean },
): AsyncGenerator<Row> {
  const parser = parse({
    delimiter: options.delimiter,
    quote: options.quotes ? '"' : false,
    escape: options.quotes ? '"' : false,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    max_record_size: LIMITS.recordBytes,
  });
  // Its errors reach us through the loop below.
  pipeline(Readable.from(chunksOf(text, options), { objectMode: false }), parser, () => undefined);
  let row = -1;
  try {
    for await (const record of parser) {
      row += 1;
      if (row === 0) continue;
      const written: string[] = Array.isArray(record) ? record.map(String) : [];
      yield options.quotes
        ? {
            row,
            cells: written,
            width: written.length,
            isTorn: hidesRow(written, options.delimiter),
          }
        : unquotedRow(row, written);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UnreadableFile("damaged", Math.max(1, row + 1));
    throw error;
  }
}

/** Two stray quotes make one cell of all between them: the first line's beginning and the second's end would be one line. */
function hidesRow(cells: readonly string[], delimiter: string): boolean {
  return cells.some(
    (cell) => /[\r\n]/.test(cell) && cell.split(delimiter).length > DELIMITERS_IN_TEXT_MAX,
  );
}

/** A cell keeps its quotes when nothing takes them for quotes. */
function unquotedRow(row: number, written: readonly string[]): Row {
  const isTorn = written.some(
    (cell) => /^\s*"/.test(cell) !== /"\s*$/.test(cell) || cell.trim() === '"',
  );
  const cells = written.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/s, "$1")
      .replaceAll('""', '"'),
  );
  return { row, cells, width: cells.length, isTorn };
}

/**
 * The reader of CSV makes an error, which is slow, of each record that is not as long as the first,
 * even if it may be of any length. So the first is one of ours, as long as the table's header.
 */
function* chunksOf(
  text: Buffer,
  { delimiter, width }: { delimiter: string; width: number },
): Generator<Buffer> {
  yield Buffer.from(`${delimiter.repeat(width - 1)}\n`);
  for (let at = 0; at < text.length; at += CHUNK_BYTES) {
    yield text.subarray(at, at + CHUNK_BYTES);
  }
}
