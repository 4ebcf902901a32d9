import readWorkbook from "read-excel-file/node";
import { checkSheet } from "./check-sheet";
import { findColumns } from "./find-columns";
import { type Cell, type NumberCell, type Row } from "./statement";
import { UnreadableFile } from "./unreadable-file";
import { unzipWithin } from "./unzip-within";
import { zipStored } from "./zip-stored";

/**
 * The rows of the first sheet that has the table. The reader of workbooks is only given parts that
 * were unpacked and measured here; numbers stay the digits they are stored in, and a formula is its last result.
 */
export async function rowsOfWorkbook(bytes: Uint8Array): Promise<Row[]> {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = await unzipWithin(archive, (name) => /^xl\/.*\.xml(?:\.rels)?$/.test(name));
  if (!parts.some((part) => part.name === "xl/workbook.xml")) {
    throw new UnreadableFile("not_a_statement");
  }
  for (const part of parts) {
    if (isSheet(part.bytes)) checkSheet(part.bytes);
  }
  const sheets = await readSheets(zipStored(parts));
  const sheet = sheets.find((rows) => rows.some((cells) => findColumns(cells) !== null));
  if (!sheet) throw new UnreadableFile("no_table");
  return sheet.map((cells, index) => ({ row: index + 1, cells, width: null, isTorn: false }));
}

/** Whatever it is called: the workbook itself says which of its parts are sheets. */
function isSheet(xml: Buffer): boolean {
  return xml.includes("sheetData");
}

async function readSheets(archive: Buffer): Promise<Cell[][][]> {
  try {
    const sheets = await readWorkbook<NumberCell>(archive, {
      parseNumber: (digits) => ({ digits }),
    });
    return sheets.map((sheet) => sheet.data.map((cells) => cells.map(cellOf)));
  } catch {
    // The archive is one we made, so what the reader stumbles on is the workbook's own.
    throw new UnreadableFile("damaged");
  }
}

/** Its types call a date by its constructor. */
function cellOf(value: unknown): Cell {
  if (typeof value === "string" || value instanceof Date) return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "object" || value === null || !("digits" in value)) return null;
  return typeof value.digits === "string" ? { digits: value.digits } : null;
}
