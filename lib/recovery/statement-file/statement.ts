/** Why a file as a whole was not read. Each maps to one sentence that says what to do about it. */
export const STATEMENT_PROBLEMS = [
  /** Nothing is in it. */
  "empty",
  /** More bytes, rows or unpacked bytes than a statement has. */
  "too_large",
  /** Neither a text table nor an .xlsx workbook: a PDF, a picture, a web page. */
  "not_a_statement",
  /** A workbook of Excel before 2007 (.xls): save it as .xlsx or .csv. */
  "old_excel",
  /** Locked with a password. */
  "encrypted",
  /** It began as the right kind of file and breaks off, or contradicts itself. */
  "damaged",
  /** No row names the columns that are needed. */
  "no_table",
  /** Its days and months are the American way round, so 3/2 may mean two days. */
  "month_first",
  /** Some of its times were turned into dates by a spreadsheet and some were not: days and months may have been swapped. */
  "mixed_dates",
] as const;
export type StatementProblem = (typeof STATEMENT_PROBLEMS)[number];

/** Why one row of the table was not read. */
export const ROW_PROBLEMS = [
  "no_receipt",
  "bad_receipt",
  "no_time",
  "bad_time",
  "no_status",
  /** A status that is on no list: whether the money moved is not known. */
  "bad_status",
  "no_amount",
  "two_amounts",
  "bad_amount",
  "bad_balance",
  "other_currency",
  /** The row has fewer cells than the table, as where a download broke off. */
  "too_few_cells",
  /** The row has more cells than the table, as where a comma of an amount was not quoted. */
  "too_many_cells",
  /** A quote opens a cell and does not close it, or the other way round. */
  "stray_quote",
] as const;
export type RowProblem = (typeof ROW_PROBLEMS)[number];

export type StatementLineKind =
  "payment_in" | "payout" | "reversal" | "charge" | "transfer" | "other";

export interface StatementLine {
  /** As a spreadsheet counts, from 1. */
  readonly row: number;
  readonly receipt: string;
  readonly completedAt: Date;
  readonly details: string;
  readonly status: "completed" | "other";
  readonly kind: StatementLineKind;
  /** Positive into the organisation, negative out of it. */
  readonly amountCents: bigint;
  /** The balance the statement shows after this line. Null when it shows none or calls it unconfirmed. */
  readonly balanceCents: bigint | null;
  readonly otherParty: string | null;
  /** The account number, as it was typed. */
  readonly reference: string | null;
  /** What a reversal reverses. */
  readonly originalReceipt: string | null;
}

export interface UnreadableRow {
  readonly row: number;
  readonly problem: RowProblem;
}

export interface Statement {
  readonly shortcode: string | null;
  readonly organisation: string | null;
  /** Which of the organisation's accounts, as the file words it: `Utility Account`. */
  readonly account: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly openingCents: bigint | null;
  readonly closingCents: bigint | null;
  /** In the order of the file. */
  readonly lines: readonly StatementLine[];
  readonly unreadable: readonly UnreadableRow[];
  /** Rows whose balance is not the balance before plus their amount: something is missing, or was changed. */
  readonly balanceBreaks: readonly number[];
}

export type StatementReading =
  | { readonly kind: "read"; readonly statement: Statement }
  | {
      readonly kind: "unreadable";
      readonly problem: StatementProblem;
      readonly row: number | null;
    };

/** A number of a workbook, in the digits it is stored in. */
export interface NumberCell {
  readonly digits: string;
}

/** A cell: a text, a number or a date of a workbook (its clock in UTC), or nothing. */
export type Cell = string | NumberCell | Date | null;

export interface Row {
  /** As a spreadsheet counts, from 1. */
  readonly row: number;
  readonly cells: readonly Cell[];
  /** How many cells a text file really has here; null in a workbook, where empty cells are not kept. */
  readonly width: number | null;
  /** Its cells were parted inside of quotes. */
  readonly isTorn: boolean;
}
