import type { Ctx } from "@/lib/context";
import type { TransactionKind } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";
import { maskPayer } from "@/lib/payments/mask-payer";
import type { StatementLine } from "../statement-file/statement";
import { detailsOf, payerOf, referenceOf } from "./statement-lines";

/** A line of this statement that is stored and not matched yet. */
export interface FreshLine {
  readonly id: string;
  readonly kind: TransactionKind;
  readonly amountCents: bigint;
  /** It came by another road before. */
  readonly isOld: boolean;
}

/**
 * Stores lines of one statement in one go, each once, whichever road brought it first. What is known by its
 * receipt and is of the amount that we booked is ticked off as it is stored: what `matchTransaction` does
 * with such a line. Rows that are there already are only marked as listed. In one order for everybody, so that
 * two files with the same lines never wait for each other in a circle. Returns what is still to be matched.
 */
export async function storeLines(
  tx: Ctx,
  statement: { readonly id: string; readonly accountId: string },
  batch: readonly StatementLine[],
): Promise<FreshLine[]> {
  const lines = batch.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const now = tx.now();
  const ids = lines.map(() => newId("transaction", now.getTime()));
  const fresh = await tx.db.$queryRaw<Omit<FreshLine, "isOld">[]>`
    WITH line AS (
      SELECT * FROM unnest(
        ${ids}::text[],
        ${lines.map((line) => line.kind)}::text[],
        ${lines.map((line) => line.receipt)}::text[],
        ${lines.map((line) => line.amountCents)}::bigint[],
        ${lines.map((line) => line.completedAt)}::timestamptz[],
        ${lines.map(referenceOf)}::text[],
        ${lines.map(detailsOf)}::text[],
        ${lines.map(payerMaskedOf)}::text[],
        ${lines.map((line) => line.originalReceipt)}::text[])
        WITH ORDINALITY
        AS line (id, kind, receipt, amount_cents, occurred_at, reference, details, payer,
                 original_receipt, place)
    ), stored AS (
      INSERT INTO provider_transactions AS before
             (id, merchant_id, account_id, kind, receipt, amount_cents, occurred_at, reference, details,
              payer_masked, original_receipt, standing, payment_id, settled_at, source, statement_id,
              created_at)
      SELECT line.id, ${tx.merchantId}, ${statement.accountId}, line.kind::"TransactionKind", line.receipt,
             line.amount_cents, line.occurred_at, line.reference, line.details, line.payer,
             line.original_receipt,
             (CASE WHEN ours.id IS NULL THEN 'fresh' ELSE 'matched' END)::"TransactionStanding", ours.id,
             CASE WHEN ours.id IS NOT NULL THEN ${now}::timestamptz END, 'statement', ${statement.id}, ${now}
        FROM line
        LEFT JOIN receipts r ON r.provider = 'mpesa' AND r.number = line.receipt
        LEFT JOIN deposits d ON d.id = r.payment_id AND d.merchant_id = ${tx.merchantId}
         AND line.kind = 'payment_in' AND d.paid_cents = line.amount_cents
        LEFT JOIN withdrawals w ON w.id = r.payment_id AND w.merchant_id = ${tx.merchantId}
         AND line.kind = 'payout' AND -w.amount_cents = line.amount_cents
        LEFT JOIN refunds f ON f.id = r.payment_id AND f.merchant_id = ${tx.merchantId}
         AND line.kind = 'reversal' AND -f.amount_cents = line.amount_cents
       CROSS JOIN LATERAL (SELECT coalesce(d.id, w.id, f.id) AS id) AS ours
       ORDER BY line.place
      ON CONFLICT (account_id, receipt, kind, amount_cents) DO UPDATE
         SET statement_id = excluded.statement_id
       WHERE before.statement_id IS NULL
      RETURNING id, kind, amount_cents, standing
    )
    SELECT id, kind::text, amount_cents AS "amountCents" FROM stored WHERE standing = 'fresh' ORDER BY id`;
  const made = new Set(ids);
  return fresh.map((line) => ({ ...line, isOld: !made.has(line.id) }));
}

function keyOf(line: StatementLine): string {
  return `${line.receipt} ${line.kind} ${line.amountCents}`;
}

function payerMaskedOf(line: StatementLine): string | null {
  const payer = payerOf(line);
  return payer === null ? null : maskPayer(payer);
}
