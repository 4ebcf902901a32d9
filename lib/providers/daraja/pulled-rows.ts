import { centsFromProvider } from "@/lib/kit/money";
import type { PulledTransaction } from "../lists-history";
import { foldPairs, isRecord, shortTextOf } from "./folded-fields";
import { parsePulledTime } from "./nairobi-time";
import { readReceiptNumber } from "./receipt-number";

/** A list within a list, and one more to be safe. */
const NESTING_MAX = 3;

/** Reads the rows of a page, however deep its lists lie in one another, in their order. */
export function readPulledRows(list: unknown): {
  rows: PulledTransaction[];
  unreadable: number;
} {
  const found = (Array.isArray(list) ? list.flat(NESTING_MAX) : []).map(readPulledRow);
  const rows = found.filter((row) => row !== null);
  return { rows, unreadable: found.length - rows.length };
}

function readPulledRow(row: unknown): PulledTransaction | null {
  if (!isRecord(row)) return null;
  const fields = foldPairs(Object.entries(row));
  const receipt = readReceiptNumber(fields.get("transactionid"));
  const paidAt = parsePulledTime(fields.get("trxdate") ?? "");
  const amountCents = centsFromProvider(fields.get("amount"));
  if (receipt === null || paidAt === null || amountCents === null) return null;
  return {
    receipt,
    paidAt,
    amountCents,
    reference: shortTextOf(fields, "billreference"),
    payer: shortTextOf(fields, "msisdn"),
    description: shortTextOf(fields, "transactiontype") ?? "",
  };
}
