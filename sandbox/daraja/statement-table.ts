import { toGroupedShillings } from "@/sandbox/kit/money";
import { toDashedTime } from "@/sandbox/kit/nairobi-time";
import type { Settings } from "@/sandbox/settings";
import { STATEMENT_ACCOUNTS, type Statement } from "./statement";
import type { StatementRow } from "./statement-row";

const COLUMNS = [
  "Receipt No.",
  "Completion Time",
  "Initiation Time",
  "Details",
  "Transaction Status",
  "Paid In",
  "Withdrawn",
  "Balance",
  "Balance Confirmed",
  "Reason Type",
  "Other Party Info",
  "A/C No.",
] as const;

/** A statement as the portal lays it out: some rows about it, an empty one, and then the table. */
export function statementTable(statement: Statement, settings: Readonly<Settings>): string[][] {
  const period = `From ${toDashedTime(statement.fromMs)} To ${toDashedTime(statement.toMs)}`;
  return [
    ["M-PESA Organization Statement"],
    ["Organization Name:", statement.organisation],
    ["Short Code:", statement.shortcode],
    ["Account:", STATEMENT_ACCOUNTS[statement.account].title],
    ["Time Period:", period],
    ["Opening Balance:", toGroupedShillings(statement.openingCents)],
    ["Closing Balance:", toGroupedShillings(statement.closingCents)],
    [],
    [...COLUMNS],
    ...statement.rows.map((row) => cellsOf(row, settings)),
  ];
}

function cellsOf(row: StatementRow, { statementWithdrawnSign }: Readonly<Settings>): string[] {
  const { changeCents } = row;
  const isOut = changeCents < 0n;
  const withdrawnCents = statementWithdrawnSign === "minus" ? changeCents : -changeCents;
  return [
    row.receipt,
    toDashedTime(row.completedAtMs),
    toDashedTime(row.initiatedAtMs),
    row.details,
    "Completed",
    isOut ? "" : toGroupedShillings(changeCents),
    isOut ? toGroupedShillings(withdrawnCents) : "",
    toGroupedShillings(row.balanceCents),
    "TRUE",
    row.reasonType,
    row.otherParty,
    row.reference,
  ];
}
