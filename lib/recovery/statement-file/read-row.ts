import { type Columns } from "./find-columns";
import { kindOfLine } from "./kind-of-line";
import { type CellAmount, readAmount } from "./read-amount";
import { readDetails } from "./read-details";
import { type DayOrder, readTime } from "./read-time";
import { type Cell, type Row, type RowProblem, type StatementLine } from "./statement";
import { textOfCell } from "./text-of-cell";

export type RowReading =
  | { kind: "line"; line: StatementLine; order: DayOrder }
  /** `order` is told for a time that is only wrong because of it. */
  | { kind: "problem"; problem: RowProblem; order: DayOrder | null }
  /** No line and never was one: an empty row, a total, a remark. */
  | { kind: "aside" };

const RECEIPT = /^[A-Z][A-Z0-9]{7,14}$/;
const COMPLETED = /^(?:completed?|success(?:ful)?)$/i;
const NOT_COMPLETED =
  /^(?:failed|failure|cancell?ed|declined|rejected|expired|reversed|pending\b.*|authori[sz]ed|initiated|submitted|in progress|timed? ?out)$/i;
const TOTALS =
  /^(?:(?:grand |sub ?)?totals?\b|(?:opening|closing|available) balance\b|page \d|end of |disclaimer)/i;

/** Reads one row below the header of the table. */
export function readRow(row: Row, columns: Columns): RowReading {
  if (isAside(row, columns)) return { kind: "aside" };
  const bad = (problem: RowProblem, order: DayOrder | null = null): RowReading => {
    return { kind: "problem", problem, order };
  };
  const cell = (index: number | undefined): Cell | undefined =>
    index === undefined ? undefined : row.cells[index];
  const text = (index: number | undefined): string => textOfCell(cell(index));

  if (row.isTorn) return bad("stray_quote");
  if (row.width !== null && row.width <= columns.last) return bad("too_few_cells");
  // Also when the last ones are empty: an amount whose comma was not quoted moves its end into the next column.
  if (row.width !== null && row.width > columns.width) return bad("too_many_cells");

  const receipt = text(columns.receipt).toUpperCase();
  if (!receipt) return bad("no_receipt");
  if (!RECEIPT.test(receipt)) return bad("bad_receipt");

  if (!text(columns.status)) return bad("no_status");
  const status = statusOf(text(columns.status));
  if (!status) return bad("bad_status");

  // What never completed has no time of completion, and when it was begun says enough.
  const isBegun = status === "other" && isBlank(cell(columns.completedAt));
  const timeCell = cell(isBegun ? columns.initiatedAt : columns.completedAt);
  if (isBlank(timeCell)) return bad("no_time");
  const time = readTime(timeCell);
  if (!time) return bad("bad_time");
  if (time.order === "month_first") return bad("bad_time", "month_first");

  const amountCents = amountOf(cell(columns.paidIn), cell(columns.withdrawn));
  if (typeof amountCents !== "bigint") return bad(amountCents);
  const isUnconfirmed = /^(?:false|no|n)$/i.test(text(columns.balanceConfirmed));
  const balance = isUnconfirmed ? "absent" : readAmount(cell(columns.balance));
  if (balance === "bad") return bad("bad_balance");
  if (!/^(?:|kes|kshs?\.?)$/i.test(text(columns.currency))) return bad("other_currency");

  const details = text(columns.details);
  const told = readDetails(details);
  const kind = kindOfLine({ operation: told.operation, reason: text(columns.reason), amountCents });
  const linked = text(columns.linked).toUpperCase();
  const original = RECEIPT.test(linked) ? linked : told.namedReceipt;
  return {
    kind: "line",
    order: time.order,
    line: {
      row: row.row,
      receipt,
      completedAt: time.at,
      details,
      status,
      kind,
      amountCents,
      balanceCents: balance === "absent" ? null : balance,
      otherParty: text(columns.otherParty) || told.otherParty,
      reference: text(columns.reference) || told.reference,
      originalReceipt: kind === "reversal" && original !== receipt ? original : null,
    },
  };
}

function statusOf(text: string): StatementLine["status"] | null {
  if (COMPLETED.test(text)) return "completed";
  return NOT_COMPLETED.test(text) ? "other" : null;
}

/**
 * The one side that moved, with its sign. What was withdrawn is written with a minus by some exports
 * and without by others; what was paid in never has one.
 */
function amountOf(
  paidInCell: Cell | undefined,
  withdrawnCell: Cell | undefined,
): bigint | "no_amount" | "two_amounts" | "bad_amount" {
  const [paidIn, withdrawn] = [zeroOr(readAmount(paidInCell)), zeroOr(readAmount(withdrawnCell))];
  if (paidIn === "bad" || withdrawn === "bad" || paidIn < 0n) return "bad_amount";
  if (paidIn === 0n && withdrawn === 0n) return "no_amount";
  if (paidIn !== 0n && withdrawn !== 0n) return "two_amounts";
  return paidIn - (withdrawn < 0n ? -withdrawn : withdrawn);
}

function zeroOr(amount: CellAmount): bigint | "bad" {
  return amount === "absent" ? 0n : amount;
}

/**
 * What calls itself a total and has no time, and what has neither a time nor money nor anything like a
 * receipt. Everything else is a line, even if it cannot be read.
 */
function isAside(row: Row, columns: Columns): boolean {
  const first = row.cells.find((cell) => !isBlank(cell));
  if (first === undefined) return true;
  const receipt = textOfCell(row.cells[columns.receipt]).toUpperCase();
  if (/\d/.test(receipt) && /^[A-Z0-9]{5,15}$/.test(receipt)) return false;
  const timeCell = row.cells[columns.completedAt];
  if (TOTALS.test(textOfCell(first)) && readTime(timeCell) === null) return true;
  const hasDigits = [columns.completedAt, columns.paidIn, columns.withdrawn].some((index) => {
    const cell = index === undefined ? undefined : row.cells[index];
    return cell instanceof Date || /\d/.test(textOfCell(cell));
  });
  return !hasDigits;
}

function isBlank(cell: Cell | undefined): boolean {
  return cell === undefined || cell === null || (typeof cell === "string" && cell.trim() === "");
}
