import type { Deposit, ProviderTransaction } from "@/lib/generated/prisma/client";
import type { LateReceipt } from "@/lib/payments/attach-stk-receipts";
import type { ProvenDeposit } from "@/lib/payments/settle-deposits";
import { isPayReferenceOf } from "./find-by-reference";
import type { TransactionCause } from "./transaction-causes";

interface Stranger {
  readonly line: ProviderTransaction;
  readonly cause: TransactionCause;
}

/** What becomes of each of many lines whose receipts nobody has. */
export interface Sorted {
  readonly paying: readonly (ProvenDeposit & { readonly lineId: string })[];
  readonly attaching: readonly (LateReceipt & { readonly lineId: string })[];
  /** Money that came in for nobody we know. */
  readonly strangers: readonly Stranger[];
  /** Money that went out, or is of a kind nobody knows. */
  readonly leaving: readonly Stranger[];
  readonly decided: number;
}

/**
 * Says of each line what `matchTransaction` would make of it, from its deposit as it stands. Of two that name
 * one open deposit, or have one receipt, the second is left, to be looked at when the first is booked.
 */
export function sortLines(
  lines: readonly ProviderTransaction[],
  depositOf: (line: ProviderTransaction) => Deposit | null,
): Sorted {
  const sorted = {
    paying: new Array<Sorted["paying"][number]>(),
    attaching: new Array<Sorted["attaching"][number]>(),
    strangers: new Array<Stranger>(),
    leaving: new Array<Stranger>(),
  };
  const taken = new Set<string>();
  for (const line of lines) {
    if (line.kind === "payout" || line.kind === "other") {
      sorted.leaving.push({
        line,
        cause: line.kind === "payout" ? "payout_unknown" : "kind_unknown",
      });
    }
    if (line.kind !== "payment_in" || taken.has(line.receipt)) continue;
    const deposit = depositOf(line);
    const cause = strangerCause(line, deposit);
    if (deposit === null || cause !== null) {
      sorted.strangers.push({ line, cause: cause ?? "unknown_reference" });
      taken.add(line.receipt);
      continue;
    }
    if (taken.has(deposit.id)) continue;
    taken.add(line.receipt).add(deposit.id);
    if (deposit.state === "paid") sorted.attaching.push({ deposit, ...receiptOf(line) });
    else sorted.paying.push({ deposit, ...proofOf(line) });
  }
  const { paying, attaching, strangers, leaving } = sorted;
  const decided = paying.length + attaching.length + strangers.length + leaving.length;
  return { ...sorted, decided };
}

/** Why a line pays no deposit of ours; null where it does, or brings one its receipt. */
function strangerCause(
  line: ProviderTransaction,
  deposit: Deposit | null,
): TransactionCause | null {
  if (!deposit) return line.reference ? "unknown_reference" : "no_reference";
  if (deposit.state === "reversed") return "deposit_reversed";
  if (deposit.state !== "paid") return null;
  // What was paid by hand is not what a prompt was paid with, even where that has no receipt yet.
  const isMissing = deposit.providerReceipt === null && !isPayReferenceOf(deposit, line);
  return isMissing && deposit.paidCents === line.amountCents ? null : "paid_twice";
}

function receiptOf(line: ProviderTransaction) {
  const { id: lineId, receipt, occurredAt: paidAt, payerMasked } = line;
  return { lineId, receipt, paidAt, payerMasked };
}

function proofOf(line: ProviderTransaction) {
  const { lineId, ...proof } = receiptOf(line);
  const { source: kind, accountId, amountCents } = line;
  return { lineId, evidence: { kind, accountId, amountCents, ...proof } };
}
