import { type Columns, findColumns } from "./find-columns";
import { findBalanceBreaks } from "./find-balance-breaks";
import { LIMITS } from "./limits";
import { readFileName } from "./read-file-name";
import { type Labels, readLabels } from "./read-labels";
import { readRow } from "./read-row";
import { type DayOrder } from "./read-time";
import { type Row, type Statement, type StatementLine, type UnreadableRow } from "./statement";
import { UnreadableFile } from "./unreadable-file";

/** Makes a statement of the rows of a file. Throws `UnreadableFile` where they are none. */
export async function collectStatement(
  rows: AsyncIterable<Row> | Iterable<Row>,
  fileName: string,
): Promise<Statement> {
  const labels: Labels = {
    shortcode: null,
    organisation: null,
    account: null,
    from: null,
    to: null,
    openingCents: null,
    closingCents: null,
  };
  const lines: StatementLine[] = [];
  const unreadable: UnreadableRow[] = [];
  const firstRowOf: Partial<Record<DayOrder, number>> = {};
  let columns: Columns | null = null;

  for await (const row of rows) {
    if (row.row > LIMITS.rows) throw new UnreadableFile("too_large", row.row);
    const header: Columns | null = mayBeHeader(row, columns) ? findColumns(row.cells) : null;
    if (header || !columns) {
      // A header may come again, as where files were put together; the rows below it are its own.
      columns = header;
      if (!header) readLabels(row.cells, labels);
      continue;
    }
    const reading = readRow(row, columns);
    if (reading.kind === "aside") {
      readLabels(row.cells, labels);
      continue;
    }
    if (reading.order) firstRowOf[reading.order] ??= row.row;
    if (reading.kind === "line") lines.push(reading.line);
    else unreadable.push({ row: row.row, problem: reading.problem });
    if (lines.length + unreadable.length > LIMITS.lines) {
      throw new UnreadableFile("too_large", row.row);
    }
  }
  if (!columns) throw new UnreadableFile("no_table");
  refuseDoubtfulDays(firstRowOf);
  readFileName(fileName, labels);
  const unreadableRows = unreadable.map(({ row }) => row);
  return {
    ...labels,
    lines,
    unreadable,
    balanceBreaks: findBalanceBreaks({ ...labels, lines, unreadableRows }),
  };
}

/** No column is called by a number, and where the times are every line has one. */
function mayBeHeader(row: Row, columns: Columns | null): boolean {
  const cell = columns ? row.cells[columns.completedAt] : "";
  return typeof cell !== "string" || !/^\s*\d/.test(cell);
}

/**
 * 3/2 is a day in February or one in March. A file in which some date only makes sense the American
 * way, and none our way, is not guessed at; nor one of which a spreadsheet understood only some dates.
 */
function refuseDoubtfulDays(firstRowOf: Partial<Record<DayOrder, number>>): void {
  const { stored, day_first, either, month_first } = firstRowOf;
  if (month_first !== undefined && day_first === undefined) {
    throw new UnreadableFile("month_first", month_first);
  }
  const written = day_first ?? either ?? month_first;
  if (stored !== undefined && written !== undefined) {
    throw new UnreadableFile("mixed_dates", Math.max(stored, written));
  }
}
