import { collectStatement } from "./collect-statement";
import { findDelimiter } from "./find-delimiter";
import { LIMITS } from "./limits";
import { rowsOfText } from "./rows-of-text";
import { rowsOfWorkbook } from "./rows-of-workbook";
import { sniffFile } from "./sniff-file";
import { type Statement, type StatementReading } from "./statement";
import { textOfFile } from "./text-of-file";
import { UnreadableFile } from "./unreadable-file";

/**
 * Reads the statement a merchant downloaded from M-Pesa's organisation portal, as CSV in any of its
 * dialects or as .xlsx. Whatever the bytes are, it answers: a row that cannot be read is named with
 * its problem, and a file that cannot be read with its own. Nothing is guessed and nothing left out.
 */
export async function readStatementFile(input: {
  bytes: Uint8Array;
  fileName: string;
}): Promise<StatementReading> {
  try {
    return { kind: "read", statement: await readStatement(input) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { kind: "unreadable", problem: error.problem, row: error.row };
  }
}

async function readStatement(input: { bytes: Uint8Array; fileName: string }): Promise<Statement> {
  const { bytes, fileName } = input;
  if (bytes.length === 0) throw new UnreadableFile("empty");
  if (bytes.length > LIMITS.fileBytes) throw new UnreadableFile("too_large");
  if (sniffFile(bytes) === "workbook") {
    return collectStatement(await rowsOfWorkbook(bytes), fileName);
  }
  const text = textOfFile(bytes);
  if (/^\s*$/.test(text.toString("latin1", 0, 4_096)) && text.toString("utf8").trim() === "") {
    throw new UnreadableFile("empty");
  }
  const table = findDelimiter(text);
  if (!table) throw new UnreadableFile("no_table");
  try {
    return await collectStatement(rowsOfText(text, { ...table, quotes: true }), fileName);
  } catch (error) {
    // One stray quote would hide every line up to the next: then each line is a row of its own, and
    // those whose cells do not fit say so.
    if (!(error instanceof UnreadableFile) || error.problem !== "damaged") throw error;
    return collectStatement(rowsOfText(text, { ...table, quotes: false }), fileName);
  }
}
