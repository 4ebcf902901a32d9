import type { Db } from "@/lib/db";

type Check = (db: Db) => Promise<{ id: string }[]>;

/** The promises about money that goes back. Each query returns what breaks one; an empty answer proves it. */
export const REFUND_CHECKS: Readonly<Record<string, Check>> = {
  "what is promised back is what its refunds say": (tx) => tx.$queryRaw`
    SELECT d.id FROM deposits d
      LEFT JOIN refunds r ON r.deposit_id = d.id AND r.failed_at IS NULL
     GROUP BY d.id
    HAVING d.refund_cents <> coalesce(sum(r.amount_cents), 0)
        OR (d.state = 'reversed') <> (d.paid_cents IS NOT NULL
             AND coalesce(sum(r.amount_cents) FILTER (WHERE r.state = 'done'), 0) = d.paid_cents)
     LIMIT 5`,
  "a refund's money is where its state says": (tx) => tx.$queryRaw`
    SELECT r.id FROM refunds r
      LEFT JOIN ledger_movements h ON h.merchant_id = r.merchant_id AND h.kind = 'refund_hold' AND h.ref = r.id
      LEFT JOIN ledger_movements e ON e.merchant_id = r.merchant_id AND e.kind = 'refund_end' AND e.ref = r.id
      LEFT JOIN ledger_movements u ON u.merchant_id = r.merchant_id AND u.kind = 'refund_unheld' AND u.ref = r.id
     WHERE r.method = 'reversal'
       -- What nobody had ordered was never held; what went back after it was put back is booked once more.
       AND (CASE WHEN h.id IS NULL THEN u.id IS NULL OR e.id IS NOT NULL OR r.sent_at IS NOT NULL
                 ELSE h.reverses_id IS NOT NULL END
         OR u.id IS NOT NULL AND (r.state <> 'done' OR e.reverses_id IS DISTINCT FROM h.id)
         OR CASE WHEN u.id IS NOT NULL THEN false
                 WHEN r.state = 'done' THEN e.id IS NULL OR e.reverses_id IS NOT NULL
                 WHEN r.failed_at IS NOT NULL THEN e.reverses_id IS DISTINCT FROM h.id
                 ELSE e.id IS NOT NULL END)
     LIMIT 5`,
  "a refund moved what it says": (tx) => tx.$queryRaw`
    SELECT r.id FROM refunds r
      JOIN ledger_movements m ON m.merchant_id = r.merchant_id AND m.ref = r.id
       AND m.kind IN ('refund_hold', 'refund_end', 'refund_unheld')
      JOIN ledger_lines l ON l.movement_id = m.id
      JOIN ledger_accounts a ON a.id = l.account_id
     GROUP BY r.id, m.id
    HAVING sum(l.amount_cents) FILTER (WHERE l.amount_cents > 0) <> r.amount_cents
        OR count(*) FILTER (WHERE a.kind IN ('customer_available', 'customer_held')
                              AND a.owner IS DISTINCT FROM r.customer_id) > 0
        OR (r.state = 'done' AND m.kind <> 'refund_hold' AND m.reverses_id IS NULL
            AND coalesce(sum(l.amount_cents) FILTER (WHERE a.kind = 'provider'), 0) <> r.amount_cents)
     LIMIT 5`,
  "a refund by voucher stands where its withdrawal does": (tx) => tx.$queryRaw`
    SELECT r.id FROM refunds r LEFT JOIN withdrawals w ON w.id = r.withdrawal_id
     WHERE r.method = 'payout_voucher'
       AND (w.id IS NULL OR w.amount_cents <> r.amount_cents OR w.fee_cents <> 0
         OR w.customer_id IS DISTINCT FROM r.customer_id OR w.merchant_id <> r.merchant_id
         OR CASE w.state WHEN 'paid' THEN 'done' ELSE w.state::text END <> r.state::text
            -- A voucher too many, which no deposit counts.
            AND NOT (w.state = 'paid' AND r.state = 'failed' AND r.reason = 'beyond_paid'))
     LIMIT 5`,
  "money given back from suspense is its refund's": (tx) => tx.$queryRaw`
    SELECT r.id FROM refunds r JOIN provider_transactions t ON t.id = r.transaction_id
     WHERE CASE WHEN r.failed_at IS NOT NULL THEN t.payment_id = r.id
                ELSE t.payment_id IS DISTINCT FROM r.id
                  OR t.standing::text <> CASE r.state WHEN 'done' THEN 'returned' ELSE 'matched' END
                  OR t.amount_cents <> r.amount_cents OR t.account_id IS DISTINCT FROM r.account_id END
     LIMIT 5`,
  // A person may order again what nobody could tell of, and says why.
  "one refund, one order that may have arrived": (tx) => tx.$queryRaw`
    SELECT c.subject_id AS id FROM provider_calls c
     WHERE c.operation = 'reversal' AND (c.outcome IS NULL OR c.outcome <> 'refused')
     GROUP BY c.subject_id
    HAVING count(*) > 1 + (SELECT count(*) FROM audit_log a
                            WHERE a.subject_id = c.subject_id AND a.action = 'refund.ordered_again')
     LIMIT 5`,
  "a receipt of a refund is held by it alone": (tx) => tx.$queryRaw`
    SELECT f.id FROM refunds f
      LEFT JOIN receipts r ON r.provider = 'mpesa' AND r.number = f.provider_receipt
     WHERE f.method = 'reversal' AND f.provider_receipt IS NOT NULL
       AND r.payment_id IS DISTINCT FROM f.id LIMIT 5`,
  "every refund of a deposit was announced once": (tx) => tx.$queryRaw`
    SELECT r.id FROM refunds r
      LEFT JOIN live_events e ON e.customer_id = r.customer_id AND e.type = 'deposit_refunded'
       AND e.payload ->> 'refund_id' = r.id
     WHERE r.state = 'done' AND r.deposit_id IS NOT NULL AND r.settled_at > now() - interval '29 days'
     GROUP BY r.id HAVING count(e.id) <> 1 LIMIT 5`,
  "no refund that is open is forgotten": (tx) => tx.$queryRaw`
    SELECT r.id FROM refunds r
     WHERE r.method = 'reversal' AND r.state IN ('requested', 'awaiting_approval', 'sending', 'submitted')
       AND r.next_check_at IS NULL LIMIT 5`,
};
