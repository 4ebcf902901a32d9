import { textOfCell } from "./text-of-cell";
import { type Cell } from "./statement";

const NAMES = {
  receipt: [
    "receipt no",
    "receipt number",
    "receipt",
    "reciept no",
    "mpesa receipt no",
    "mpesa receipt number",
    "m pesa receipt no",
    "transaction receipt",
    "transaction id",
  ],
  completedAt: [
    "completion time",
    "completed time",
    "completion date",
    "completion date time",
    "transaction completion time",
    "finalised time",
    "finalized time",
  ],
  initiatedAt: [
    "initiation time",
    "initiated time",
    "initiation date",
    "transaction initiation time",
  ],
  details: ["details", "detail", "transaction details", "description", "narration", "particulars"],
  status: ["transaction status", "status", "txn status"],
  paidIn: ["paid in", "paidin", "paid in amount", "amount paid in", "credit", "money in"],
  withdrawn: [
    "withdrawn",
    "withdrawal",
    "withdrawals",
    "withdrawn amount",
    "amount withdrawn",
    "paid out",
    "debit",
    "money out",
  ],
  balance: ["balance", "running balance", "account balance", "balance after"],
  balanceConfirmed: ["balance confirmed"],
  reason: ["reason type", "reason", "transaction type"],
  otherParty: ["other party info", "other party", "other party information", "opposite party"],
  reference: [
    "a c no",
    "ac no",
    "acc no",
    "account no",
    "account number",
    "a c number",
    "bill reference",
    "bill reference number",
    "bill ref number",
  ],
  linked: ["linked transaction id", "linked transaction", "linked transaction no"],
  currency: ["currency"],
} as const;

type Column = keyof typeof NAMES;

/** Where each known column is. */
export interface Columns extends Partial<Record<Column, number>> {
  readonly receipt: number;
  readonly completedAt: number;
  readonly status: number;
  /** How many cells the header row has. */
  readonly width: number;
  /** The last column that has a name of ours: a row that ends before it was cut off. */
  readonly last: number;
}

const COLUMN_OF_NAME = new Map(
  (Object.keys(NAMES) as Column[]).flatMap((column) =>
    NAMES[column].map((name): [string, Column] => [name, column]),
  ),
);

/**
 * The columns, when this row is the header of the table: it names the receipt, the completion, the
 * status and at least one side of the money. Null for any other row.
 */
export function findColumns(cells: readonly Cell[]): Columns | null {
  const found: Partial<Record<Column, number>> = {};
  cells.forEach((cell, index) => {
    const column = COLUMN_OF_NAME.get(nameOf(textOfCell(cell)));
    if (column) found[column] ??= index;
  });
  const { receipt, completedAt, status } = found;
  if (receipt === undefined || completedAt === undefined || status === undefined) return null;
  if (found.paidIn === undefined && found.withdrawn === undefined) return null;
  const last = Math.max(...Object.values(found));
  return { ...found, receipt, completedAt, status, width: cells.length, last };
}

/** `Paid In (KSHs)` is `paid in`: letters and digits in lower case, without our own currency. */
function nameOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/\((?:kes|kshs?\.?)\)|\b(?:kes|kshs?)\b\.?\s*$/g, " ")
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}
