import type { Ctx } from "@/lib/context";
import { newId } from "@/lib/kit/ids";
import { maskPayer } from "@/lib/payments/mask-payer";
import type { StatementLine } from "../statement-file/statement";
import { detailsOf, payerOf, referenceOf } from "./statement-lines";

/**
 * Stores lines of one statement in one go, each once, whichever road brought it first. Rows that are there
 * already are only marked as listed. In one order for everybody, so that two files with the same lines
 * never wait for each other in a circle.
 */
export async function storeLines(
  tx: Ctx,
  statement: { readonly id: string; readonly accountId: string },
  batch: readonly StatementLine[],
): Promise<void> {
  const lines = batch.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const now = tx.now();
  await tx.db.$executeRaw`
    INSERT INTO provider_transactions AS known
           (id, merchant_id, account_id, kind, receipt, amount_cents, occurred_at, reference, details,
            payer_masked, original_receipt, standing, source, statement_id, created_at)
    SELECT line.id, ${tx.merchantId}, ${statement.accountId}, line.kind::"TransactionKind", line.receipt,
           line.amount_cents, line.occurred_at, line.reference, line.details, line.payer,
           line.original_receipt, 'fresh', 'statement', ${statement.id}, ${now}
      FROM unnest(${lines.map(() => newId("transaction", now.getTime()))}::text[],
                  ${lines.map((line) => line.kind)}::text[],
                  ${lines.map((line) => line.receipt)}::text[],
                  ${lines.map((line) => line.amountCents)}::bigint[],
                  ${lines.map((line) => line.completedAt)}::timestamptz[],
                  ${lines.map(referenceOf)}::text[],
                  ${lines.map(detailsOf)}::text[],
                  ${lines.map(payerMaskedOf)}::text[],
                  ${lines.map((line) => line.originalReceipt)}::text[])
        AS line (id, kind, receipt, amount_cents, occurred_at, reference, details, payer, original_receipt)
    ON CONFLICT (account_id, receipt, kind, amount_cents) DO UPDATE
       SET statement_id = excluded.statement_id
     WHERE known.statement_id IS NULL`;
}

function keyOf(line: StatementLine): string {
  return `${line.receipt} ${line.kind} ${line.amountCents}`;
}

function payerMaskedOf(line: StatementLine): string | null {
  const payer = payerOf(line);
  return payer === null ? null : maskPayer(payer);
}
