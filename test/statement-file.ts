/** A line as M-Pesa would know it; a statement file is some way of writing a list of them. */
export interface MadeLine {
  receipt: string;
  /** Seconds of the clock in Nairobi, as if it were UTC. */
  clockSeconds: number;
  details: string;
  status: string;
  amountCents: bigint;
  reason: string;
  otherParty: string;
  reference: string;
  linked: string;
}

export type DateForm = (clockSeconds: number) => string;
export type AmountForm = (cents: bigint) => string;

const two = (value: number) => String(value).padStart(2, "0");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function parts(clockSeconds: number) {
  const at = new Date(clockSeconds * 1000);
  const hour = at.getUTCHours();
  return {
    year: String(at.getUTCFullYear()),
    month: two(at.getUTCMonth() + 1),
    monthName: MONTHS[at.getUTCMonth()] ?? "",
    day: two(at.getUTCDate()),
    hour: two(hour),
    hour12: String(hour % 12 === 0 ? 12 : hour % 12),
    half: hour < 12 ? "AM" : "PM",
    minute: two(at.getUTCMinutes()),
    second: two(at.getUTCSeconds()),
  };
}

export const DATE_FORMS = {
  dashes: (s) =>
    ((p) => `${p.day}-${p.month}-${p.year} ${p.hour}:${p.minute}:${p.second}`)(parts(s)),
  iso: (s) => ((p) => `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`)(parts(s)),
  isoT: (s) => ((p) => `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}`)(parts(s)),
  slashes: (s) =>
    ((p) => `${p.day}/${p.month}/${p.year} ${p.hour}:${p.minute}:${p.second}`)(parts(s)),
  dots: (s) => ((p) => `${p.day}.${p.month}.${p.year} ${p.hour}:${p.minute}:${p.second}`)(parts(s)),
  short: (s) =>
    ((p) =>
      `${Number(p.day)}/${Number(p.month)}/${p.year} ${Number(p.hour)}:${p.minute}:${p.second}`)(
      parts(s),
    ),
  half: (s) =>
    ((p) => `${p.day}/${p.month}/${p.year} ${p.hour12}:${p.minute}:${p.second} ${p.half}`)(
      parts(s),
    ),
  halfLow: (s) =>
    ((p) =>
      `${p.day}-${p.month}-${p.year} ${p.hour12}:${p.minute}:${p.second}${p.half.toLowerCase()}`)(
      parts(s),
    ),
  named: (s) =>
    ((p) => `${p.day} ${p.monthName} ${p.year} ${p.hour}:${p.minute}:${p.second}`)(parts(s)),
  packed: (s) => ((p) => `${p.year}${p.month}${p.day}${p.hour}${p.minute}${p.second}`)(parts(s)),
} satisfies Record<string, DateForm>;

function decimal(cents: bigint): string {
  const digits = String(cents < 0n ? -cents : cents).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function grouped(cents: bigint): string {
  const [whole = "", rest = ""] = decimal(cents).split(".");
  let shown = "";
  for (let end = whole.length; end > 0; end -= 3) {
    shown = whole.slice(Math.max(0, end - 3), end) + (shown && `,${shown}`);
  }
  return `${shown}.${rest}`;
}

export const AMOUNT_FORMS = {
  plain: (cents) => (cents < 0n ? "-" : "") + decimal(cents),
  grouped: (cents) => (cents < 0n ? "-" : "") + grouped(cents),
  bracketed: (cents) => (cents < 0n ? `(${grouped(cents)})` : grouped(cents)),
  trailing: (cents) => decimal(cents) + (cents < 0n ? "-" : ""),
  short: (cents) =>
    (cents < 0n ? "-" : "") +
    decimal(cents)
      .replace(/\.00$/, "")
      .replace(/(\.\d)0$/, "$1"),
  kes: (cents) => `KES ${cents < 0n ? "-" : ""}${grouped(cents)}`,
} satisfies Record<string, AmountForm>;

export interface Layout {
  /** Header names by column; a column that is left out is not in the file. Their order is the file's. */
  columns: readonly (readonly [MadeColumn, string])[];
  dates: DateForm;
  amounts: AmountForm;
  /** Withdrawals with or without their minus. */
  isWithdrawnNegative: boolean;
  /** What the empty side of the money holds. */
  emptyAmount: string;
  isNewestFirst: boolean;
  preamble: readonly (readonly string[])[];
  footer: readonly (readonly string[])[];
  openingCents: bigint;
  /** The header comes again after so many lines. */
  headerAgainAfter: number | null;
}

export type MadeColumn =
  | "receipt"
  | "completion"
  | "initiation"
  | "details"
  | "status"
  | "paidIn"
  | "withdrawn"
  | "balance"
  | "confirmed"
  | "reason"
  | "otherParty"
  | "linked"
  | "reference"
  | "currency"
  | "unknown";

/** The table as the organisation portal has written it for years. */
export const PORTAL_COLUMNS: Layout["columns"] = [
  ["receipt", "Receipt No."],
  ["completion", "Completion Time"],
  ["initiation", "Initiation Time"],
  ["details", "Details"],
  ["status", "Transaction Status"],
  ["paidIn", "Paid In"],
  ["withdrawn", "Withdrawn"],
  ["balance", "Balance"],
  ["confirmed", "Balance Confirmed"],
  ["reason", "Reason Type"],
  ["otherParty", "Other Party Info"],
  ["linked", "Linked Transaction ID"],
  ["reference", "A/C No."],
  ["currency", "Currency"],
];

/** And the newer, narrower one. */
export const NARROW_COLUMNS: Layout["columns"] = [
  ["receipt", "Receipt No"],
  ["completion", "Completion Time"],
  ["details", "Details"],
  ["status", "Transaction Status"],
  ["paidIn", "Paid In (KSHs)"],
  ["withdrawn", "Withdrawn (KSHs)"],
  ["balance", "Balance (KSHs)"],
];

export const PORTAL_LAYOUT: Layout = {
  columns: PORTAL_COLUMNS,
  dates: DATE_FORMS.dashes,
  amounts: AMOUNT_FORMS.plain,
  isWithdrawnNegative: true,
  emptyAmount: "",
  isNewestFirst: true,
  preamble: [],
  footer: [],
  openingCents: 0n,
  headerAgainAfter: null,
};

export interface MadeTable {
  rows: string[][];
  /** The row number of each line, in the order the lines were given (oldest first). */
  rowOfLine: number[];
  /** The balance after each line, in the same order. */
  balances: bigint[];
}

/** Lines, oldest first, as the rows of a file. */
export function makeTable(lines: readonly MadeLine[], layout: Layout): MadeTable {
  let balance = layout.openingCents;
  const balances = lines.map(
    (line) => (balance += line.status === "Completed" ? line.amountCents : 0n),
  );
  const rows: string[][] = layout.preamble.map((row) => [...row]);
  const header = layout.columns.map(([, name]) => name);
  rows.push(header);
  const rowOfLine: number[] = [];
  const order = lines.map((_, index) => (layout.isNewestFirst ? lines.length - 1 - index : index));
  order.forEach((index, written) => {
    if (layout.headerAgainAfter !== null && written === layout.headerAgainAfter) rows.push(header);
    const line = lines[index];
    if (!line) return;
    rows.push(
      layout.columns.map(([column]) => cellOf(column, line, balances[index] ?? 0n, layout)),
    );
    rowOfLine[index] = rows.length;
  });
  rows.push(...layout.footer.map((row) => [...row]));
  return { rows, rowOfLine, balances };
}

function cellOf(column: MadeColumn, line: MadeLine, balance: bigint, layout: Layout): string {
  const { amountCents } = line;
  const withdrawn = layout.isWithdrawnNegative ? amountCents : -amountCents;
  const cells: Record<MadeColumn, () => string> = {
    receipt: () => line.receipt,
    completion: () => layout.dates(line.clockSeconds),
    initiation: () => layout.dates(line.clockSeconds - 7),
    details: () => line.details,
    status: () => line.status,
    paidIn: () => (amountCents > 0n ? layout.amounts(amountCents) : layout.emptyAmount),
    withdrawn: () => (amountCents < 0n ? layout.amounts(withdrawn) : layout.emptyAmount),
    balance: () => layout.amounts(balance),
    confirmed: () => "true",
    reason: () => line.reason,
    otherParty: () => line.otherParty,
    linked: () => line.linked,
    reference: () => line.reference,
    currency: () => "KES",
    unknown: () => "whatever",
  };
  return cells[column]();
}

export interface CsvDialect {
  delimiter: string;
  eol: string;
  encoding: "utf8" | "utf8-bom" | "utf16le" | "utf16le-bare" | "utf16be" | "latin1";
  isAllQuoted: boolean;
}

export const PLAIN_CSV: CsvDialect = {
  delimiter: ",",
  eol: "\r\n",
  encoding: "utf8",
  isAllQuoted: false,
};

/** Rows as the bytes of a text file. */
export function csvBytes(
  rows: readonly (readonly string[])[],
  dialect: CsvDialect = PLAIN_CSV,
): Uint8Array {
  const written = rows.map((row) =>
    row.map((cell) => csvCell(cell, dialect)).join(dialect.delimiter),
  );
  return encoded(written.join(dialect.eol) + dialect.eol, dialect.encoding);
}

function csvCell(cell: string, { delimiter, isAllQuoted }: CsvDialect): string {
  const isQuoted = isAllQuoted || cell.includes(delimiter) || /["\r\n]/.test(cell);
  return isQuoted ? `"${cell.replaceAll('"', '""')}"` : cell;
}

export function encoded(text: string, encoding: CsvDialect["encoding"]): Uint8Array {
  switch (encoding) {
    case "utf8":
      return Buffer.from(text, "utf8");
    case "utf8-bom":
      return Buffer.from(`\ufeff${text}`, "utf8");
    case "utf16le":
      return Buffer.from(`\ufeff${text}`, "utf16le");
    case "utf16le-bare":
      return Buffer.from(text, "utf16le");
    case "utf16be":
      return Buffer.from(`\ufeff${text}`, "utf16le").swap16();
    case "latin1":
      return Buffer.from(text, "latin1");
  }
}
