-- Part of scripts/verify-books.mjs: each query finds what breaks the rule above it, by name. The number is that
-- of the promise in docs/money.md. Reads the tables as they are, and trusts no view or function of the shop's.

-- 4 one receipt, one payment that shows it
SELECT r.provider || ' ' || r.number FROM receipts r
  LEFT JOIN deposits d ON d.id = r.payment_id LEFT JOIN withdrawals w ON w.id = r.payment_id
  LEFT JOIN refunds f ON f.id = r.payment_id LEFT JOIN provider_transactions t ON t.id = r.payment_id
  LEFT JOIN voucher_redemptions v ON v.code_hash = r.number AND r.provider = 'pesavoucher'
 WHERE coalesce(d.merchant_id, w.merchant_id, f.merchant_id, t.merchant_id) IS DISTINCT FROM r.merchant_id
    OR CASE r.provider WHEN 'pesavoucher' THEN v.deposit_id IS DISTINCT FROM d.id OR v.state <> 'redeemed' ELSE
       r.number IS DISTINCT FROM coalesce(d.provider_receipt, w.provider_receipt, f.provider_receipt, t.receipt) END
UNION ALL SELECT d.id FROM deposits d LEFT JOIN receipts r ON r.provider = 'mpesa' AND r.number = d.provider_receipt
 WHERE d.method = 'mpesa' AND d.provider_receipt IS NOT NULL AND r.payment_id IS DISTINCT FROM d.id
   AND NOT EXISTS (SELECT FROM provider_transactions t WHERE t.id = r.payment_id AND t.payment_id = d.id)
UNION ALL SELECT w.id FROM withdrawals w LEFT JOIN receipts r ON r.number = w.provider_receipt
   AND r.provider = CASE w.method WHEN 'mpesa' THEN 'mpesa' ELSE 'pesavoucher:payout' END
 WHERE w.state = 'paid' AND w.provider_receipt IS NOT NULL AND r.payment_id IS DISTINCT FROM w.id
UNION ALL SELECT f.id FROM refunds f LEFT JOIN receipts r ON r.provider = 'mpesa' AND r.number = f.provider_receipt
 WHERE f.method = 'reversal' AND f.provider_receipt IS NOT NULL AND r.payment_id IS DISTINCT FROM f.id;

-- 4 each payment shows the receipt that the audit log names
SELECT a.subject_id FROM audit_log a LEFT JOIN deposits d ON d.id = a.subject_id LEFT JOIN refunds f ON f.id = a.subject_id
 WHERE a.action IN ('deposit.paid', 'deposit.receipt_attached', 'refund.done', 'refund.receipt_attached')
   AND a.after ->> 'receipt' <> coalesce(d.provider_receipt, f.provider_receipt, '')
UNION ALL SELECT a.subject_id FROM audit_log a JOIN refunds f ON f.id = a.subject_id
 WHERE a.action = 'refund.requested' AND a.after ->> 'receipt' IS DISTINCT FROM f.receipt;

-- 5 one code, one credit of its amount
SELECT v.id FROM voucher_redemptions v
  LEFT JOIN receipts r ON r.provider = 'pesavoucher' AND r.number = v.code_hash LEFT JOIN ledger_movements m
    ON m.merchant_id = v.merchant_id AND m.kind = 'deposit' AND m.ref = 'voucher:' || v.code_hash
 WHERE (v.state = 'redeemed') <> (m.id IS NOT NULL) OR (v.state = 'redeemed') <> (r.number IS NOT NULL)
    OR m.id IS NOT NULL AND v.amount_cents IS DISTINCT FROM
       (SELECT sum(amount_cents) FROM ledger_lines l WHERE l.movement_id = m.id AND amount_cents > 0);

-- 6 one withdrawal or refund, one order that may have arrived
SELECT c.subject_id FROM provider_calls c
 WHERE c.operation IN ('b2c', 'create_voucher', 'reversal') AND c.outcome IS DISTINCT FROM 'refused'
 GROUP BY c.subject_id HAVING count(*) > 1 +
   (SELECT count(*) FROM audit_log a WHERE a.subject_id = c.subject_id AND a.action = 'refund.ordered_again')
UNION ALL SELECT w.id FROM withdrawals w LEFT JOIN provider_calls c
   ON c.subject_id = w.id AND c.operation IN ('b2c', 'create_voucher') WHERE w.state = 'paid' AND c.id IS NULL;

-- 7 a paid deposit is one movement, from its provider to its customer
SELECT d.id FROM deposits d LEFT JOIN voucher_redemptions v ON v.deposit_id = d.id AND v.state = 'redeemed'
  LEFT JOIN ledger_movements m ON m.merchant_id = d.merchant_id AND m.kind = 'deposit'
   AND m.ref = CASE d.method WHEN 'mpesa' THEN 'stk:' || d.id ELSE 'voucher:' || v.code_hash END
  LEFT JOIN ledger_lines l ON l.movement_id = m.id LEFT JOIN ledger_accounts a ON a.id = l.account_id
 GROUP BY d.id, v.id, m.id HAVING (d.state IN ('paid', 'reversed')) <> (m.id IS NOT NULL)
    OR m.id IS NOT NULL AND (count(l.id) <> 2 OR v.amount_cents <> d.paid_cents OR count(*) FILTER (WHERE
         l.amount_cents = d.paid_cents AND a.kind = 'customer_available' AND a.owner = d.customer_id) <> 1
       OR count(*) FILTER (WHERE l.amount_cents = -d.paid_cents AND CASE d.method
            WHEN 'pesavoucher' THEN a.kind = 'provider' AND a.owner = 'pesavoucher'
            ELSE a.kind = 'suspense' OR a.kind = 'provider' AND EXISTS (SELECT FROM provider_accounts s
              WHERE s.merchant_id = d.merchant_id AND a.owner = 'mpesa:' || s.shortcode
                AND (EXISTS (SELECT FROM review_decisions WHERE subject_id = d.id) OR s.id IN
                     (SELECT account_id FROM stk_pushes WHERE deposit_id = d.id UNION ALL
                      SELECT account_id FROM provider_transactions WHERE payment_id = d.id))) END) <> 1);

-- 7 a withdrawal or refund holds, pays or gives back what it says
WITH sent AS (SELECT 'withdrawal' AS noun, id, merchant_id, customer_id, amount_cents, fee_cents, account_id,
         state = 'paid' AS is_paid, state = 'failed' OR reason IS NOT DISTINCT FROM 'contradiction' AS is_back
    FROM withdrawals
  UNION ALL SELECT 'refund', id, merchant_id, customer_id, amount_cents, 0, account_id, state = 'done',
         failed_at IS NOT NULL FROM refunds WHERE method = 'reversal')
SELECT w.id FROM sent w LEFT JOIN provider_accounts s ON s.id = w.account_id
  LEFT JOIN ledger_movements h ON h.merchant_id = w.merchant_id AND h.kind = w.noun || '_hold' AND h.ref = w.id
  LEFT JOIN ledger_movements e ON e.merchant_id = w.merchant_id AND e.kind = w.noun || '_end' AND e.ref = w.id
  LEFT JOIN ledger_movements c
    ON c.merchant_id = w.merchant_id AND c.kind = 'withdrawal_contradiction' AND c.ref = w.id CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE l.movement_id IN (h.id, e.id)) AS lines, coalesce(bool_and(CASE
             WHEN a.kind = 'provider' THEN l.amount_cents = w.amount_cents AND l.movement_id <> h.id
              AND a.owner = coalesce('mpesa:' || s.shortcode, 'pesavoucher')
              AND (l.movement_id = c.id OR e.reverses_id IS NULL)
             WHEN l.movement_id = c.id THEN a.kind = 'fees' OR a.kind = 'customer_available'
              AND a.owner = w.customer_id AND l.amount_cents = -w.amount_cents - w.fee_cents
             WHEN a.kind = 'fees' THEN l.amount_cents = w.fee_cents
             ELSE a.owner = coalesce(w.customer_id, '') AND abs(l.amount_cents) = w.amount_cents + w.fee_cents
              AND a.kind::text IN (CASE WHEN w.customer_id IS NULL THEN 'suspense' ELSE 'customer_available' END,
                                   CASE WHEN w.customer_id IS NULL THEN 'in_transit' ELSE 'customer_held' END)
              AND (is_held OR l.movement_id = h.id OR e.reverses_id = h.id)
              AND (l.amount_cents > 0) = (is_held = (l.movement_id = h.id)) END), false) AS fit
      FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
     CROSS JOIN LATERAL (SELECT a.kind IN ('in_transit', 'customer_held') AS is_held) AS place
     WHERE l.movement_id IN (h.id, e.id, c.id)) AS moved
 WHERE h.id IS NULL OR h.reverses_id IS NOT NULL OR NOT moved.fit OR c.id IS NOT NULL AND NOT w.is_paid
    OR CASE WHEN w.is_back OR c.id IS NOT NULL THEN e.reverses_id IS DISTINCT FROM h.id
            WHEN w.is_paid THEN e.id IS NULL OR e.reverses_id IS NOT NULL ELSE e.id IS NOT NULL END
    OR moved.lines <> CASE WHEN e.id IS NULL THEN 2 WHEN e.reverses_id IS NULL AND w.fee_cents > 0 THEN 5 ELSE 4 END;

-- 7 what is promised back is what its refunds say
SELECT d.id FROM deposits d LEFT JOIN refunds r ON r.deposit_id = d.id AND r.failed_at IS NULL
 GROUP BY d.id HAVING d.refund_cents <> coalesce(sum(r.amount_cents), 0) OR (d.state = 'reversed') <>
   coalesce(sum(r.amount_cents) FILTER (WHERE r.state = 'done') = d.paid_cents, false)
UNION ALL SELECT r.id FROM refunds r LEFT JOIN withdrawals w ON w.id = r.withdrawal_id
 WHERE r.method = 'payout_voucher' AND (w.id IS NULL OR w.amount_cents <> r.amount_cents
    OR w.customer_id <> r.customer_id OR (w.state = 'paid') <> (r.state = 'done'));

-- 7 each payment belongs to whoever asked for it
SELECT d.id FROM deposits d JOIN audit_log a ON a.subject_id = d.id AND a.actor_kind = 'customer'
   AND (a.action LIKE 'deposit.%' OR a.action LIKE 'voucher.%') AND a.actor_id <> d.customer_id
UNION ALL SELECT w.id FROM withdrawals w JOIN audit_log a ON a.subject_id = w.id AND a.action = 'withdrawal.requested'
 WHERE a.actor_id <> w.requested_by_id OR a.actor_kind = 'customer' AND a.actor_id <> w.customer_id
    OR a.after ->> 'to' <> w.destination_masked OR a.after ->> 'method' <> w.method::text;

-- 7 people decided what the audit log says, and nobody approved their own
SELECT a.after ->> 'decision' FROM audit_log a LEFT JOIN review_decisions v ON v.id = a.after ->> 'decision'
 WHERE a.action IN ('review.proposed', 'review.carried_out') AND (v.subject_id IS DISTINCT FROM a.subject_id
     OR v.proposed_by_id <> coalesce(a.after ->> 'asked_by', a.actor_id) OR v.reason <> a.after ->> 'reason')
    OR a.action = 'review.approved' AND (v.decided_by_id IS DISTINCT FROM a.actor_id OR v.proposed_by_id = a.actor_id)
UNION ALL SELECT f.id FROM audit_log a JOIN refunds f ON f.id = a.subject_id
 WHERE a.action = 'refund.requested' AND (f.requested_by_id <> a.actor_id OR f.why <> a.after ->> 'why')
    OR a.action = 'refund.approved' AND (f.decided_by_id IS DISTINCT FROM a.actor_id OR f.requested_by_id = a.actor_id)
UNION ALL SELECT d.id FROM audit_log a JOIN deposits d ON d.id = a.subject_id
 WHERE a.action = 'deposit.requested' AND a.after ->> 'customer' <> d.customer_id
UNION ALL SELECT a.subject_id FROM audit_log a JOIN ledger_lines l ON l.movement_id = a.after ->> 'movement'
  JOIN ledger_accounts c ON c.id = l.account_id AND l.amount_cents < 0
 WHERE a.action = 'withdrawal.paid' AND (a.after ->> 'paid_by' = 'customer') <> (c.kind = 'customer_available');

-- 7 money in suspense is that of the lines that wait for their owner
SELECT a.merchant_id FROM ledger_accounts a LEFT JOIN ledger_lines l ON l.account_id = a.id
 WHERE a.kind = 'suspense' AND a.owner = '' GROUP BY a.merchant_id
HAVING coalesce(sum(l.amount_cents), 0) <> (SELECT coalesce(sum(t.amount_cents), 0)
  FROM provider_transactions t WHERE t.merchant_id = a.merchant_id AND t.standing = 'suspense');

-- 9 each ended payment was announced once
WITH ended AS (SELECT id, customer_id, settled_at AS at, 'deposit_confirmed' AS type, 'deposit_id' AS field
    FROM deposits WHERE state = 'paid'
  UNION ALL SELECT id, customer_id, coalesce(settled_at, failed_at), 'withdrawal_' || state, 'withdrawal_id'
    FROM withdrawals WHERE state IN ('paid', 'failed')
  UNION ALL SELECT id, customer_id, settled_at, 'deposit_refunded', 'refund_id'
    FROM refunds WHERE state = 'done' AND deposit_id IS NOT NULL)
SELECT p.id FROM ended p LEFT JOIN live_events e
    ON e.customer_id = p.customer_id AND e.type = p.type AND e.payload ->> p.field = p.id
 WHERE p.at > now() - interval '29 days' GROUP BY p.id HAVING count(e.id) <> 1;

-- 10 only what was paid has moved money, and what has is paid
SELECT d.id FROM deposits d LEFT JOIN audit_log a ON a.subject_id = d.id AND a.action = 'deposit.paid'
 GROUP BY d.id HAVING count(a.seq) <> (d.state IN ('paid', 'reversed'))::int
    OR min(a.after ->> 'paid')::numeric * 100 <> d.paid_cents
UNION ALL SELECT w.id FROM withdrawals w JOIN audit_log a ON a.subject_id = w.id
 WHERE a.action = 'withdrawal.paid' AND w.state <> 'paid'
    OR a.action = 'withdrawal.failed' AND w.state <> 'failed' AND w.reason IS DISTINCT FROM 'contradiction'
   AND NOT EXISTS (SELECT FROM ledger_movements WHERE kind = 'withdrawal_contradiction' AND ref = w.id);

-- 11 each movement is named once in the audit log, with its amount
WITH said AS (SELECT a.*, coalesce(a.after ->> 'movement', h.id) AS movement_id,
         100 * (coalesce(a.after ->> 'paid', a.after ->> 'given_back', a.after ->> 'put_back', a.after ->> 'amount')
                ::numeric + coalesce(a.after ->> 'fee', '0')::numeric) AS cents
    FROM audit_log a LEFT JOIN ledger_movements h ON a.action IN ('withdrawal.requested', 'refund.requested')
     AND h.merchant_id = a.merchant_id AND h.kind IN ('withdrawal_hold', 'refund_hold')
     AND h.ref = coalesce(a.after ->> 'withdrawal', a.subject_id)
   WHERE a.after ? 'movement' OR a.action IN ('withdrawal.requested', 'refund.requested')),
actions (kind, actions) AS (VALUES ('deposit', '{deposit.paid}'), ('suspense', '{transaction.in_suspense}'),
  ('withdrawal_hold', '{withdrawal.requested,refund.requested}'), ('withdrawal_end', '{withdrawal.paid,withdrawal.failed}'),
  ('withdrawal_contradiction', '{withdrawal.paid}'), ('provider_charge', '{transaction.provider_charge}'),
  ('provider_transfer', '{transaction.provider_transfer}'), ('refund_hold', '{refund.requested}'),
  ('refund_end', '{refund.done,refund.failed}')),
moved AS (SELECT m.*, (SELECT sum(amount_cents) FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
          WHERE l.movement_id = m.id AND amount_cents > 0
            AND (m.kind <> 'withdrawal_contradiction' OR a.kind = 'provider')) AS cents FROM ledger_movements m)
SELECT coalesce(m.id, s.movement_id, 'audit row ' || s.seq) FROM moved m FULL JOIN said s ON s.movement_id = m.id
  LEFT JOIN actions USING (kind) WHERE m.id IS NULL OR s.merchant_id <> m.merchant_id
    OR s.seq IS NOT NULL AND (abs(s.cents) IS DISTINCT FROM m.cents OR (s.action = ANY (actions::text[])) IS NOT TRUE)
    OR s.seq IS NULL AND NOT EXISTS (SELECT FROM moved b
         WHERE m.kind = 'suspense_end' AND b.id = m.reverses_id AND b.ref = m.ref AND b.cents = m.cents)
UNION ALL SELECT movement_id FROM said GROUP BY movement_id HAVING count(*) > 1;

-- 11 each audit row is sealed within a minute
SELECT 'audit row ' || a.seq FROM audit_log a LEFT JOIN audit_seals s ON s.audit_seq = a.seq
 WHERE s.position IS NULL AND a.created_at < now() - interval '1 minute';

-- 11 the database refuses to change what is append-only
SELECT name FROM (SELECT t, t || '_append_only'
    FROM unnest('{ledger_lines,ledger_movements,audit_log,audit_seals,audit_heads,receipts}'::text[]) AS t
  UNION ALL SELECT t, t || '_kept' FROM unnest('{provider_transactions,review_decisions}'::text[]) AS t) AS guard (t, name)
 WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND tgrelid = t::regclass AND tgname = name);

-- 12 nothing is unresolved past its deadline without a person told
WITH due AS (SELECT id, state::text, next_check_at, deadline_at FROM deposits
  UNION ALL SELECT id, state::text, next_check_at, deadline_at FROM withdrawals
  UNION ALL SELECT id, state::text, next_check_at, deadline_at FROM refunds WHERE method = 'reversal')
SELECT id FROM due WHERE state IN ('pending', 'awaiting_approval', 'requested', 'sending', 'submitted')
   AND (next_check_at IS NULL OR deadline_at < now() - interval '1 hour')
UNION ALL SELECT v.id FROM voucher_redemptions v JOIN deposits d ON d.id = v.deposit_id AND d.state <> 'needs_review'
 WHERE v.settled_at IS NULL AND coalesce(v.redeem_sent_at, v.created_at) < now() - interval '2 days'
UNION ALL SELECT id FROM messages WHERE worked_at IS NULL AND received_at < now() - interval '1 day';
