import { Readable, pipeline } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { LIMITS } from "./limits";
import { type Row } from "./statement";
import { UnreadableFile } from "./unreadable-file";

const CHUNK_BYTES = 64 * 1024;

/**
 * The rows of a text file, one after the other as they are read. With `quotes` a cell may hold the
 * delimiter and line breaks; without, every line is a row, whatever quotes are in it.
 */
export async function* rowsOfText(
  text: Buffer,
  options: { delimiter: string; quotes: boolean },
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
  pipeline(Readable.from(chunksOf(text), { objectMode: false }), parser, () => undefined);
  let row = 0;
  try {
    for await (const record of parser) {
      row += 1;
      const written: string[] = Array.isArray(record) ? record.map(String) : [];
      if (options.quotes) yield { row, cells: written, width: written.length, isTorn: false };
      else yield unquotedRow(row, written);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UnreadableFile("damaged", row + 1);
    throw error;
  }
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

function* chunksOf(text: Buffer): Generator<Buffer> {
  for (let at = 0; at < text.length; at += CHUNK_BYTES) {
    yield text.subarray(at, at + CHUNK_BYTES);
  }
}
