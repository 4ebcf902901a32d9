-- Part of scripts/verify-books.mjs: each query finds what breaks the rule above it, by name. The number is that
-- of the promise in docs/money.md. Reads the tables as they are, and trusts no view or function of the shop's.
-- 1 each movement is whole and sums to zero
SELECT coalesce(m.id, l.movement_id) FROM ledger_lines l FULL JOIN ledger_movements m ON m.id = l.movement_id
  LEFT JOIN ledger_accounts a ON a.id = l.account_id AND a.merchant_id = m.merchant_id
 GROUP BY 1 HAVING count(a.id) < 2 OR count(a.id) < count(*) OR sum(l.amount_cents) <> 0
    OR min(a.currency) <> max(a.currency) OR min(l.xid) <> max(l.xid)
UNION ALL SELECT m.id FROM ledger_movements m LEFT JOIN ledger_movements r ON r.id = m.reverses_id
 WHERE m.reverses_id IS NOT NULL AND r.ref IS DISTINCT FROM m.ref
    OR substr(m.id, 5, 12) <> lpad(to_hex((extract(epoch FROM m.created_at) * 1000)::bigint), 12, '0');
-- 2 each balance and each roll-up is the sum of its lines
SELECT a.id FROM ledger_accounts a LEFT JOIN ledger_lines l ON l.account_id = a.id LEFT JOIN ledger_rollups r
    ON r.account_id = a.id AND r.xid_below <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
 GROUP BY a.id, r.account_id HAVING a.balance_cents IS DISTINCT FROM
    CASE WHEN a.kind::text LIKE 'customer_%' THEN coalesce(sum(l.amount_cents), 0) END
    OR r.amount_cents <> coalesce(sum(l.amount_cents) FILTER (WHERE l.xid < r.xid_below), 0);
-- 3 no customer's balance is below zero
SELECT a.id FROM ledger_accounts a LEFT JOIN users u ON u.id = a.owner AND u.merchant_id = a.merchant_id
 WHERE a.kind::text LIKE 'customer_%' AND (u.id IS NULL OR a.balance_cents < 0);
-- 4 one receipt, one payment that shows it
WITH shown (id, merchant_id, provider, number, is_due) AS NOT MATERIALIZED (
  SELECT id, merchant_id, 'mpesa', provider_receipt, true FROM deposits WHERE method = 'mpesa'
  UNION ALL SELECT deposit_id, merchant_id, 'pesavoucher', code_hash, true FROM voucher_redemptions WHERE state = 'redeemed'
  UNION ALL SELECT id, merchant_id, CASE method WHEN 'mpesa' THEN 'mpesa' ELSE 'pesavoucher:payout' END,
                   provider_receipt, state = 'paid' FROM withdrawals
  UNION ALL SELECT id, merchant_id, 'mpesa', provider_receipt, true FROM refunds WHERE method = 'reversal'
  UNION ALL SELECT id, merchant_id, 'mpesa', receipt, false FROM provider_transactions)
SELECT r.provider || ' ' || r.number FROM receipts r LEFT JOIN shown s ON s.provider = r.provider
   AND s.number = r.number AND s.id = r.payment_id AND s.merchant_id = r.merchant_id WHERE s.id IS NULL
UNION ALL SELECT s.id FROM shown s LEFT JOIN receipts r ON r.provider = s.provider AND r.number = s.number
  LEFT JOIN provider_transactions t ON t.id = r.payment_id WHERE s.is_due AND s.number IS NOT NULL
   AND r.payment_id IS DISTINCT FROM s.id AND t.payment_id IS DISTINCT FROM s.id;
-- 5 one code, one credit of its amount
SELECT v.id FROM voucher_redemptions v LEFT JOIN deposits d ON d.id = v.deposit_id
  LEFT JOIN ledger_movements m ON m.kind = 'deposit' AND m.ref = 'voucher:' || v.code_hash
 GROUP BY v.id, d.id HAVING count(m.id) <> (v.state = 'redeemed')::int
    OR v.state = 'redeemed' AND v.amount_cents IS DISTINCT FROM d.paid_cents;
-- 6 one withdrawal or refund, one order that may have arrived
SELECT c.subject_id FROM provider_calls c
 WHERE c.operation IN ('b2c', 'create_voucher', 'reversal') AND c.outcome IS DISTINCT FROM 'refused'
 GROUP BY c.subject_id HAVING count(*) > 1 +
   (SELECT count(*) FROM audit_log a WHERE a.subject_id = c.subject_id AND a.action = 'refund.ordered_again')
UNION ALL SELECT w.id FROM withdrawals w LEFT JOIN provider_calls c
   ON c.subject_id = w.id AND c.operation IN ('b2c', 'create_voucher') WHERE w.state = 'paid' AND c.id IS NULL;
-- 7 every line of a payment's movements is one that the payment calls for, and none is missing
WITH paid AS (SELECT 'withdrawal' AS noun, 'withdrawal_contradiction' AS again, id, merchant_id, customer_id, account_id,
         amount_cents AS cents, fee_cents AS fee, state = 'paid' AS is_paid,
         state = 'failed' OR reason IS NOT DISTINCT FROM 'contradiction' AS is_back FROM withdrawals
  UNION ALL SELECT 'refund', 'refund_unheld', id, merchant_id, customer_id, account_id, amount_cents, 0, state = 'done',
         failed_at IS NOT NULL FROM refunds WHERE method = 'reversal'),
sent AS (SELECT p.*, a.after ->> 'paid_by' AS bearer, a.after ? 'of' IS TRUE AS unheld, coalesce(customer_id, '') AS owner,
         coalesce('mpesa:' || s.shortcode, 'pesavoucher') AS source, is_back OR a.seq IS NOT NULL AND NOT a.after ? 'of' AS back,
         CASE WHEN customer_id IS NULL THEN '{suspense,in_transit}' ELSE '{customer_available,customer_held}' END::text[] AS own
    FROM paid p LEFT JOIN provider_accounts s ON s.id = account_id
    LEFT JOIN audit_log a ON a.subject_id = p.id AND a.after ? 'paid_by'),
due AS (SELECT id, merchant_id, id AS ref, line.* FROM sent, LATERAL (VALUES
      (noun || '_hold', '', own[1], owner, -cents - fee, NOT unheld), (noun || '_hold', '', own[2], owner, cents + fee, NOT unheld),
      (noun || '_end', noun || '_hold', own[2], owner, -cents - fee, back), (noun || '_end', noun || '_hold', own[1], owner, cents + fee, back),
      (noun || '_end', '', own[2], owner, -cents - fee, is_paid AND bearer IS NULL),
      (noun || '_end', '', 'provider', source, cents, is_paid AND bearer IS NULL),
      (noun || '_end', '', 'fees', '', fee, is_paid AND bearer IS NULL), (again, '', 'provider', source, cents, bearer IS NOT NULL),
      (again, '', 'fees', '', CASE bearer WHEN 'merchant' THEN -cents ELSE fee END, bearer IS NOT NULL),
      (again, '', own[1], owner, -cents - fee, bearer <> 'merchant')) AS line (kind, undoes, account, owner, cents, is_due)
   WHERE is_due AND line.cents <> 0
  UNION ALL SELECT d.id, d.merchant_id, CASE d.method WHEN 'mpesa' THEN 'stk:' || d.id ELSE 'voucher:' || v.code_hash END,
         'deposit', '', line.*, true FROM deposits d LEFT JOIN voucher_redemptions v ON v.deposit_id = d.id AND v.state = 'redeemed',
         LATERAL (VALUES ('customer_available', d.customer_id, d.paid_cents), ('provider', d.method::text, -d.paid_cents)) AS line
   WHERE d.state IN ('paid', 'reversed')),
moved AS (SELECT NULL, m.merchant_id, m.ref, m.kind, coalesce(h.kind, ''), CASE WHEN from_mpesa THEN 'provider' ELSE a.kind::text END,
         CASE WHEN from_mpesa THEN 'mpesa' ELSE a.owner END, l.amount_cents, true
    FROM ledger_movements m JOIN ledger_lines l ON l.movement_id = m.id JOIN ledger_accounts a ON a.id = l.account_id
    LEFT JOIN ledger_movements h ON h.id = m.reverses_id AND h.kind LIKE '%_hold',
         LATERAL (SELECT m.kind = 'deposit' AND (a.kind = 'suspense' OR a.owner LIKE 'mpesa:%') AS from_mpesa) AS side
   WHERE m.kind = 'deposit' OR m.kind LIKE ANY ('{withdrawal_%,refund_%}'))
SELECT coalesce(min(id), ref) FROM (SELECT *, 1 FROM due UNION ALL SELECT *, -1 FROM moved)
    AS line (id, merchant_id, ref, kind, undoes, account, owner, cents, is_due, n)
 GROUP BY merchant_id, ref, kind, undoes, account, owner, cents HAVING sum(n) <> 0;
-- 7 a deposit by M-Pesa came over the shortcode that owes it
WITH way (deposit_id, account_id) AS (SELECT deposit_id, account_id FROM stk_pushes
  UNION ALL SELECT payment_id, account_id FROM provider_transactions
  UNION ALL SELECT subject_id, s.id FROM review_decisions JOIN provider_accounts s USING (merchant_id))
SELECT substr(m.ref, 5) FROM ledger_movements m JOIN ledger_lines l ON l.movement_id = m.id
  JOIN ledger_accounts a ON a.id = l.account_id AND a.kind = 'provider' AND a.owner <> 'pesavoucher'
  LEFT JOIN provider_accounts s ON 'mpesa:' || s.shortcode = a.owner AND s.merchant_id = m.merchant_id
  LEFT JOIN way w ON 'stk:' || w.deposit_id = m.ref AND w.account_id = s.id
 WHERE m.kind = 'deposit' GROUP BY m.ref HAVING count(w.account_id) = 0;
-- 7 what is promised back is what its refunds say
SELECT d.id FROM deposits d LEFT JOIN refunds r ON r.deposit_id = d.id AND r.failed_at IS NULL
 GROUP BY d.id HAVING d.refund_cents <> coalesce(sum(r.amount_cents), 0) OR (d.state = 'reversed') <>
   coalesce(sum(r.amount_cents) FILTER (WHERE r.state = 'done') = d.paid_cents, false)
UNION ALL SELECT r.id FROM refunds r LEFT JOIN withdrawals w ON w.id = r.withdrawal_id
 WHERE r.method = 'payout_voucher' AND (w.id IS NULL OR w.amount_cents <> r.amount_cents
    OR w.customer_id <> r.customer_id OR (w.state = 'paid') <> (r.state = 'done' OR r.reason IS NOT DISTINCT FROM 'beyond_paid'));
-- 7 money in suspense is that of the lines that wait for their owner
SELECT a.merchant_id FROM ledger_accounts a LEFT JOIN ledger_lines l ON l.account_id = a.id WHERE a.kind = 'suspense'
 GROUP BY 1 HAVING coalesce(sum(l.amount_cents), 0) <> (SELECT coalesce(sum(t.amount_cents), 0)
   FROM provider_transactions t WHERE t.merchant_id = a.merchant_id AND t.standing = 'suspense');
-- 7 each payment is there, and is what the audit log says of it
SELECT a.subject_id FROM audit_log a LEFT JOIN deposits d ON d.id = a.subject_id
 WHERE a.action LIKE ANY ('{deposit.%,voucher.%}') AND (d.id IS NULL
    OR a.actor_id <> d.customer_id AND a.actor_kind = 'customer' OR a.after ->> 'customer' <> d.customer_id
    OR a.after ->> 'receipt' <> coalesce(d.provider_receipt, '')
    OR a.after ? 'asked' AND 100 * (a.after ->> 'asked')::numeric IS DISTINCT FROM d.asked_cents)
UNION ALL SELECT coalesce(w.id, a.subject_id) FROM audit_log a
  LEFT JOIN withdrawals w ON w.id = coalesce(a.after ->> 'withdrawal', a.subject_id)
 WHERE (a.action LIKE 'withdrawal.%' OR a.action = 'refund.requested' AND a.after ? 'withdrawal') AND (w.id IS NULL
    OR a.action = 'withdrawal.paid' AND w.state <> 'paid' OR a.after ->> 'receipt' <> coalesce(w.provider_receipt, '')
    OR a.after ->> 'to' <> w.destination_masked OR a.after ->> 'to_hash' <> w.destination_hash
    OR a.after ->> 'to_sealed' <> encode(sha256(w.destination_cipher), 'hex')
    OR a.action = 'withdrawal.requested' AND (a.after ->> 'method' <> w.method::text OR a.actor_id <> w.requested_by_id
       OR a.actor_kind = 'customer' AND a.actor_id <> w.customer_id))
UNION ALL SELECT a.subject_id FROM audit_log a LEFT JOIN refunds f ON f.id = a.subject_id
 WHERE a.action LIKE 'refund.%' AND (f.id IS NULL OR CASE a.action
    WHEN 'refund.requested' THEN a.after ->> 'receipt' IS DISTINCT FROM f.receipt
      OR f.requested_by_id <> a.actor_id OR f.why <> a.after ->> 'why'
    WHEN 'refund.approved' THEN f.decided_by_id IS DISTINCT FROM a.actor_id OR f.requested_by_id = a.actor_id
    ELSE a.after ->> 'receipt' <> coalesce(f.provider_receipt, '') END)
UNION ALL SELECT a.subject_id FROM audit_log a LEFT JOIN provider_transactions t ON t.id = a.subject_id
 WHERE a.action LIKE 'transaction.%' AND (t.id IS NULL OR a.after ->> 'receipt' <> t.receipt
    OR a.action <> 'transaction.provider_difference' AND 100 * (a.after ->> 'amount')::numeric <> t.amount_cents);
-- 7 people decided what the audit log says, and nobody approved their own
SELECT coalesce(v.id, a.after ->> 'decision') FROM review_decisions v FULL JOIN (SELECT * FROM audit_log
     WHERE action IN ('review.proposed', 'review.carried_out', 'review.approved')) a ON v.id = a.after ->> 'decision'
 WHERE v.subject_id IS DISTINCT FROM a.subject_id OR v.action <> a.after ->> 'action'
    OR v.amount_cents <> 100 * (a.after ->> 'amount')::numeric OR v.params - 'codeCipher' <> a.after -> 'params'
    OR encode(sha256(convert_to(v.params ->> 'codeCipher', 'UTF8')), 'hex') <> a.after ->> 'code_sealed'
    OR CASE a.action WHEN 'review.approved' THEN v.decided_by_id IS DISTINCT FROM a.actor_id OR v.proposed_by_id = a.actor_id
       ELSE v.proposed_by_id <> coalesce(a.after ->> 'asked_by', a.actor_id) OR v.reason <> a.after ->> 'reason' END;
-- 7 shortcodes, limits and roles are what the audit log made them
WITH last AS (SELECT DISTINCT ON (subject_id) * FROM audit_log WHERE action IN
    ('provider_account.added', 'provider_account.changed', 'withdrawal_rules.changed') ORDER BY subject_id, seq DESC)
SELECT p.id FROM provider_accounts p LEFT JOIN last a ON a.subject_id = p.id
 WHERE (jsonb_build_object('shortcode', p.shortcode, 'till', p.till_number, 'operator', p.initiator_name, 'command', p.command_id,
          'default', p.is_default OR (a.after ->> 'default')::boolean, 'keys', p.secrets_masked, 'sealed', encode(sha256(p.secrets_cipher), 'hex'),
          'payout_default', p.is_payout_default OR (a.after ->> 'payout_default')::boolean)
        @> (a.after - '{payouts_stopped,secret}'::text[])) IS NOT TRUE
UNION ALL SELECT r.merchant_id FROM withdrawal_rules r JOIN last a ON a.subject_id = r.merchant_id
 WHERE ARRAY[per_payment_cents, day_cents, week_cents, approval_above_cents, review_above_cents, voucher_fee_cents, mpesa_fee_cents,
             voucher_floor_cents, mpesa_floor_cents]::numeric[] IS DISTINCT FROM ARRAY(SELECT 100 * (a.after ->> name)::numeric FROM
         unnest('{perPayment,day,week,approvalAbove,reviewAbove,voucherFee,mpesaFee,voucherFloor,mpesaFloor}'::text[]) AS name)
UNION ALL SELECT p.id FROM callback_secrets c JOIN provider_accounts p ON p.id = c.account_id LEFT JOIN audit_log a
    ON a.subject_id = p.id AND a.action IN ('provider_account.added', 'provider_account.secret_rotated')
   AND coalesce(a.after ->> 'version', '1') = c.version::text
 WHERE a.seq IS NULL OR a.after ->> 'secret' <> c.hash OR (c.retired_at IS NULL) <> (c.version = p.secret_version)
UNION ALL SELECT u.id FROM users u JOIN audit_log a ON a.actor_id = u.id AND a.actor_kind IN ('customer', 'staff')
 WHERE (u.role = 'customer') <> (a.actor_kind = 'customer');
-- 8 nothing held in escrow is below zero
SELECT a.id FROM ledger_accounts a JOIN ledger_lines l ON l.account_id = a.id WHERE a.kind = 'escrow'
 GROUP BY a.id HAVING sum(l.amount_cents) < 0;
-- 9 each ended payment was announced once
WITH ended (id, customer_id, at, type) AS (
  SELECT id, customer_id, settled_at, 'deposit_confirmed' FROM deposits WHERE state = 'paid'
  UNION ALL SELECT id, customer_id, coalesce(settled_at, failed_at), 'withdrawal_' || state
    FROM withdrawals WHERE state IN ('paid', 'failed')
  UNION ALL SELECT id, customer_id, settled_at, 'deposit_refunded' FROM refunds WHERE state = 'done' AND deposit_id IS NOT NULL)
SELECT p.id FROM ended p LEFT JOIN live_events e ON e.customer_id = p.customer_id AND e.type = p.type
   AND coalesce(e.payload ->> 'refund_id', e.payload ->> 'withdrawal_id', e.payload ->> 'deposit_id') = p.id
 WHERE p.at > now() - interval '29 days' GROUP BY p.id HAVING count(e.id) <> 1;
-- 10 only what was paid has moved money, and what has is paid
SELECT d.id FROM deposits d LEFT JOIN audit_log a ON a.subject_id = d.id AND a.action = 'deposit.paid'
 GROUP BY d.id HAVING count(a.seq) <> (d.state IN ('paid', 'reversed'))::int
    OR min(a.after ->> 'paid')::numeric * 100 <> d.paid_cents;
-- 11 each movement is named once in the audit log, with its amount
WITH said AS (SELECT coalesce(a.after ->> 'movement', h.id, 'audit row ' || a.seq) AS id, count(*) AS times,
         min(a.merchant_id) AS merchant_id, min(a.action) AS action, min(abs(100 * (coalesce(a.after ->> 'paid',
           a.after ->> 'given_back', a.after ->> 'put_back', a.after ->> 'amount')::numeric
             + coalesce(a.after ->> 'fee', '0')::numeric))) AS cents
    FROM audit_log a LEFT JOIN ledger_movements h ON a.action IN ('withdrawal.requested', 'refund.requested')
     AND h.merchant_id = a.merchant_id AND h.kind IN ('withdrawal_hold', 'refund_hold')
     AND h.ref = coalesce(a.after ->> 'withdrawal', a.subject_id)
   WHERE a.after ? 'movement' OR a.action IN ('withdrawal.requested', 'refund.requested') GROUP BY 1),
moved AS (SELECT m.id, m.merchant_id, m.kind, m.reverses_id, sum(l.amount_cents) FILTER (WHERE l.amount_cents > 0
          AND (m.kind <> 'withdrawal_contradiction' OR a.kind = 'provider')) AS cents FROM ledger_movements m
     LEFT JOIN ledger_lines l ON l.movement_id = m.id LEFT JOIN ledger_accounts a ON a.id = l.account_id GROUP BY m.id)
SELECT coalesce(m.id, s.id) FROM moved m FULL JOIN said s ON s.id = m.id
 WHERE (s.times = 1 AND s.merchant_id = m.merchant_id AND s.cents = m.cents AND s.action = ANY (CASE m.kind
    WHEN 'deposit' THEN '{deposit.paid}' WHEN 'suspense' THEN '{transaction.in_suspense}'
    WHEN 'withdrawal_hold' THEN '{withdrawal.requested,refund.requested}' WHEN 'refund_hold' THEN '{refund.requested}'
    WHEN 'withdrawal_end' THEN '{withdrawal.paid,withdrawal.failed}' WHEN 'refund_end' THEN '{refund.done,refund.failed}'
    WHEN 'withdrawal_contradiction' THEN '{withdrawal.paid}' WHEN 'refund_unheld' THEN '{refund.done}'
    WHEN 'provider_difference' THEN '{transaction.provider_difference}' WHEN 'suspense_end' THEN '{deposit.receipt_attached}'
    WHEN 'provider_charge' THEN '{transaction.provider_charge}'
    WHEN 'provider_transfer' THEN '{transaction.provider_transfer}' END::text[])) IS NOT TRUE;
-- 11 the audit chain is unbroken, and each row is in it within a minute
SELECT 'position ' || s.position || ', audit row ' || s.audit_seq FROM audit_seals s
  LEFT JOIN audit_seals b ON b.position = s.position - 1 LEFT JOIN audit_log a ON a.seq = s.audit_seq
 WHERE a.seq IS NULL OR s.position <> 1 AND b.position IS NULL OR s.hash <> encode(sha256(convert_to(
   coalesce(b.hash, repeat('0', 64)) || array_to_json(ARRAY[a.seq::text, a.merchant_id, a.actor_kind, a.actor_id, a.action,
     a.subject_id, a.before::text, a.after::text, a.request_id, (extract(epoch FROM a.created_at) * 1000)::bigint::text]),
   'UTF8')), 'hex')
UNION ALL SELECT 'audit row ' || a.seq FROM audit_log a LEFT JOIN audit_seals s ON s.audit_seq = a.seq
 WHERE s.position IS NULL AND a.created_at < now() - interval '1 minute';
-- 11 no day is over for an hour without a signed head
SELECT 'no head of ' || last - 1 FROM (SELECT (min(created_at) AT TIME ZONE 'Africa/Nairobi')::date AS first,
         ((max(created_at) - interval '1 hour') AT TIME ZONE 'Africa/Nairobi')::date AS last FROM audit_log) AS days
 WHERE first < last AND NOT EXISTS (SELECT FROM audit_heads WHERE day >= last - 1);
-- 11 the database refuses to change what is append-only
SELECT name FROM unnest('{ledger_lines_append_only,ledger_movements_append_only,receipts_append_only,audit_log_append_only,
    audit_seals_append_only,audit_heads_append_only,provider_transactions_kept,review_decisions_kept}'::text[]) AS name
 WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = name AND tgenabled IN ('O', 'A')
                      AND tgrelid = regexp_replace(name, '_(append_only|kept)$', '')::regclass);
-- 12 nothing is unresolved past its deadline without a person told
WITH due AS (SELECT id, state::text, next_check_at, deadline_at FROM deposits
  UNION ALL SELECT id, state::text, next_check_at, deadline_at FROM withdrawals
  UNION ALL SELECT id, state::text, next_check_at, deadline_at FROM refunds WHERE method = 'reversal')
SELECT id FROM due WHERE state IN ('pending', 'awaiting_approval', 'requested', 'sending', 'submitted')
   AND (next_check_at IS NULL OR deadline_at < now() - interval '1 hour')
UNION ALL SELECT v.id FROM voucher_redemptions v JOIN deposits d ON d.id = v.deposit_id AND d.state <> 'needs_review'
 WHERE v.settled_at IS NULL AND coalesce(v.redeem_sent_at, v.created_at) < now() - interval '2 days'
UNION ALL SELECT id FROM messages WHERE worked_at IS NULL AND received_at < now() - interval '1 day';
