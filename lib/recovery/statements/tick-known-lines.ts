import type { Ctx } from "@/lib/context";

/**
 * Ticks off, in one statement, those of these lines that are known by their receipt and are of the amount
 * that we booked: what `matchTransaction` does with such a line, for many. Everything else stays as it is.
 */
export async function tickKnownLines(tx: Ctx, lineIds: readonly string[]): Promise<void> {
  if (lineIds.length === 0) return;
  await tx.db.$executeRaw`
    UPDATE provider_transactions t
       SET standing = 'matched', payment_id = ours.id, cause = NULL, settled_at = ${tx.now()}
      FROM unnest(${[...lineIds]}::text[]) AS line (id)
      JOIN provider_transactions known ON known.id = line.id
      JOIN receipts r ON r.provider = 'mpesa' AND r.number = known.receipt
      LEFT JOIN deposits d ON d.id = r.payment_id AND d.merchant_id = known.merchant_id
       AND known.kind = 'payment_in' AND d.paid_cents = known.amount_cents
      LEFT JOIN withdrawals w ON w.id = r.payment_id AND w.merchant_id = known.merchant_id
       AND known.kind = 'payout' AND -w.amount_cents = known.amount_cents
      LEFT JOIN refunds f ON f.id = r.payment_id AND f.merchant_id = known.merchant_id
       AND known.kind = 'reversal' AND -f.amount_cents = known.amount_cents
     CROSS JOIN LATERAL (SELECT coalesce(d.id, w.id, f.id) AS id) AS ours
     WHERE t.id = line.id AND t.standing = 'fresh' AND ours.id IS NOT NULL`;
}
