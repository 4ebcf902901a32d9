import type { Ctx } from "@/lib/context";

/**
 * Ticks off, in one statement, what is known by its receipt and is of the amount that we booked: what
 * `matchTransaction` does with such a line, for many. Everything else stays as it is.
 */
export async function tickKnownLines(
  tx: Ctx,
  statement: { readonly id: string; readonly accountId: string },
  receipts: readonly string[],
): Promise<number> {
  return tx.db.$executeRaw`
    UPDATE provider_transactions t
       SET standing = 'matched', payment_id = known.payment_id, cause = NULL, settled_at = ${tx.now()}
      FROM (
        SELECT r.number, r.payment_id, 'payment_in' AS kind, d.paid_cents AS cents, d.merchant_id
          FROM receipts r JOIN deposits d ON d.id = r.payment_id
         WHERE r.provider = 'mpesa' AND r.number = ANY (${receipts}::text[])
        UNION ALL
        SELECT r.number, r.payment_id, 'payout', -w.amount_cents, w.merchant_id
          FROM receipts r JOIN withdrawals w ON w.id = r.payment_id
         WHERE r.provider = 'mpesa' AND r.number = ANY (${receipts}::text[])
        UNION ALL
        SELECT r.number, r.payment_id, 'reversal', -f.amount_cents, f.merchant_id
          FROM receipts r JOIN refunds f ON f.id = r.payment_id
         WHERE r.provider = 'mpesa' AND r.number = ANY (${receipts}::text[])
      ) AS known (number, payment_id, kind, cents, merchant_id)
     WHERE t.account_id = ${statement.accountId} AND t.receipt = known.number
       AND t.kind = known.kind::"TransactionKind" AND t.amount_cents = known.cents
       AND t.merchant_id = known.merchant_id
       AND t.standing = 'fresh' AND t.statement_id = ${statement.id}`;
}
