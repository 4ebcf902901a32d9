-- Two months of one merchant's books, out of the payments in the temporary table `pay`, for bench/lib/fill-books.ts:
-- what each payment leaves behind in every table, and its audit rows.
INSERT INTO merchants (id, slug, name, support_line) VALUES ('mer_books', 'books', 'Duka Bora', '0700');
INSERT INTO provider_accounts (id, merchant_id, provider, environment, shortcode, kind, secrets_cipher,
                               secrets_masked, app_key_hash, is_default, created_at)
VALUES ('pra_books', 'mer_books', 'mpesa', 'simulated', '174379', 'paybill', '\x00', '{}', 'none', true, now());
INSERT INTO users (id, merchant_id, role, name, email, password_hash)
SELECT DISTINCT customer, 'mer_books', 'customer'::"UserRole", 'Wanjiku', customer || '@example.com', 'none' FROM pay;

INSERT INTO deposits (id, merchant_id, customer_id, method, origin, state, reason, asked_cents, paid_cents, attempt_key,
                      provider_receipt, public_code, deadline_at, created_at, submitted_at, settled_at, failed_at)
SELECT 'dep_' || key, 'mer_books', customer, way::"DepositMethod", 'checkout',
       CASE WHEN is_paid THEN 'paid' ELSE 'failed' END::"DepositState", CASE WHEN NOT is_paid THEN 'cancelled' END, cents,
       CASE WHEN is_paid THEN cents END, i::text, CASE WHEN way = 'mpesa' AND is_paid THEN 'R' || i END, 'D' || i, at, at, at,
       CASE WHEN is_paid THEN at END, CASE WHEN NOT is_paid THEN at END
  FROM pay WHERE way IN ('mpesa', 'pesavoucher');
INSERT INTO stk_pushes (deposit_id, merchant_id, account_id, phone_hash, phone_cipher, phone_masked, pushed_at, checkout_request_id)
SELECT 'dep_' || key, 'mer_books', 'pra_books', customer, '\x00', '2547***00', at, 'ws_' || i FROM pay WHERE way = 'mpesa';
INSERT INTO voucher_redemptions (id, merchant_id, deposit_id, code_hash, code_cipher, code_masked, state, source,
                                 amount_cents, redeem_sent_at, created_at, settled_at)
SELECT 'rdm_' || key, 'mer_books', 'dep_' || key, 'code' || i, '\x00', 'SMB-****', 'redeemed', 'callback', cents, at, at, at
  FROM pay WHERE way = 'pesavoucher';
INSERT INTO withdrawals (id, merchant_id, customer_id, method, state, amount_cents, fee_cents, attempt_key, requested_by_id,
                         account_id, destination_hash, destination_cipher, destination_masked, is_own_destination, provider_ref,
                         provider_receipt, public_code, deadline_at, created_at, sent_at, submitted_at, settled_at)
SELECT 'wdr_' || key, 'mer_books', customer, 'mpesa', 'paid', cents, 1000, i::text, customer, 'pra_books', customer, '\x00',
       '2547***00', true, 'W' || i, 'R' || i, 'W' || i, at, at, at, at, at FROM pay WHERE way = 'payout';
INSERT INTO receipts (provider, number, merchant_id, payment_id, created_at)
SELECT CASE way WHEN 'pesavoucher' THEN 'pesavoucher' ELSE 'mpesa' END, CASE way WHEN 'pesavoucher' THEN 'code' ELSE 'R' END || i,
       'mer_books', CASE way WHEN 'payout' THEN 'wdr_' ELSE 'dep_' END || key, at FROM pay WHERE is_paid;
INSERT INTO provider_transactions (id, merchant_id, account_id, kind, receipt, amount_cents, occurred_at, reference, details,
                                   standing, payment_id, source, created_at, settled_at)
SELECT 'ptx_' || key, 'mer_books', 'pra_books', CASE way WHEN 'mpesa' THEN 'payment_in' ELSE 'payout' END::"TransactionKind",
       'R' || i, CASE way WHEN 'mpesa' THEN cents ELSE -cents END, at, 'D' || i, 'Pay Bill', 'matched',
       CASE way WHEN 'mpesa' THEN 'dep_' ELSE 'wdr_' END || key, 'statement', at, at
  FROM pay WHERE way <> 'pesavoucher' AND is_paid;
INSERT INTO provider_calls (id, merchant_id, provider, operation, subject_id, request, outcome, started_at)
SELECT 'cal_' || key, 'mer_books', 'mpesa', CASE way WHEN 'payout' THEN 'b2c' ELSE 'stk_push' END,
       CASE way WHEN 'payout' THEN 'wdr_' ELSE 'dep_' END || key, '{}', 'accepted', at FROM pay WHERE way <> 'pesavoucher';
INSERT INTO live_events (customer_id, id, type, payload, created_at)
SELECT customer, row_number() OVER (PARTITION BY customer), CASE way WHEN 'payout' THEN 'withdrawal_paid' ELSE 'deposit_confirmed' END,
       CASE way WHEN 'payout' THEN jsonb_build_object('withdrawal_id', 'wdr_' || key) ELSE jsonb_build_object('deposit_id', 'dep_' || key) END,
       at FROM pay WHERE is_paid AND at > now() - interval '30 days';

INSERT INTO ledger_accounts (id, merchant_id, kind, owner)
VALUES ('acc_mpesa', 'mer_books', 'provider', 'mpesa:174379'), ('acc_voucher', 'mer_books', 'provider', 'pesavoucher'),
       ('acc_fees', 'mer_books', 'fees', '');
INSERT INTO ledger_accounts (id, merchant_id, kind, owner, balance_cents)
SELECT 'acc_' || kind || id, 'mer_books', ('customer_' || kind)::"AccountKind", id, 0
  FROM users, unnest('{available,held}'::text[]) AS kind;
CREATE TEMP TABLE line AS SELECT pay.i, mov, kind, ref, at, side.*
  FROM pay, LATERAL (VALUES ('mov_' || key, 'deposit', CASE way WHEN 'mpesa' THEN 'stk:dep_' || key ELSE 'voucher:code' || i END, ARRAY['mpesa', 'pesavoucher']),
                            ('mov_' || key, 'withdrawal_hold', 'wdr_' || key, '{payout}'::text[]),
                            ('mov_' || substr(key, 1, 12) || '8' || substr(key, 14), 'withdrawal_end', 'wdr_' || key, '{payout}'::text[])) AS m (mov, kind, ref, ways),
       LATERAL (VALUES ('deposit', 'acc_available' || customer, cents),
                       ('deposit', CASE way WHEN 'mpesa' THEN 'acc_mpesa' ELSE 'acc_voucher' END, -cents),
                       ('withdrawal_hold', 'acc_available' || customer, -cents - 1000), ('withdrawal_hold', 'acc_held' || customer, cents + 1000),
                       ('withdrawal_end', 'acc_held' || customer, -cents - 1000), ('withdrawal_end', 'acc_mpesa', cents),
                       ('withdrawal_end', 'acc_fees', 1000)) AS side (of_kind, account, amount)
 WHERE is_paid AND way = ANY (ways) AND of_kind = kind;
INSERT INTO ledger_movements (id, merchant_id, kind, ref, created_at) SELECT DISTINCT mov, 'mer_books', kind, ref, at FROM line;
INSERT INTO ledger_lines (movement_id, account_id, amount_cents) SELECT mov, account, amount FROM line ORDER BY i, kind DESC;
UPDATE ledger_accounts a SET balance_cents = due.cents
  FROM (SELECT account, sum(amount) AS cents FROM line GROUP BY account) AS due WHERE a.id = due.account AND a.balance_cents = 0;
INSERT INTO ledger_rollups (account_id, xid_below, amount_cents)
SELECT account, pg_current_xact_id()::text::bigint + 1, sum(amount) FROM line WHERE account LIKE 'acc\_m%' GROUP BY account;

INSERT INTO audit_log (merchant_id, actor_kind, actor_id, action, subject_id, after, request_id, created_at)
SELECT 'mer_books', 'system', 'save-account', 'provider_account.added', 'pra_books',
       '{"shortcode": "174379", "till": null, "default": true, "operator": null, "command": "BusinessPayment", "keys": {}}', 'req_0', min(at)
  FROM pay;
INSERT INTO audit_log (merchant_id, actor_kind, actor_id, action, subject_id, after, request_id, created_at)
SELECT 'mer_books', actor_kind, CASE actor_kind WHEN 'customer' THEN customer ELSE 'worker' END, action,
       CASE way WHEN 'payout' THEN 'wdr_' ELSE 'dep_' END || key, after, 'req_' || md5(i::text), at
  FROM (SELECT *, to_char(cents / 100.0, 'FM9999990.00') AS amount FROM pay) AS pay, LATERAL (VALUES
    ('mpesa', true, 1, 'customer', 'deposit.requested', jsonb_build_object('method', 'mpesa', 'asked', amount, 'phone', '2547***00', 'shortcode', '174379')),
    ('mpesa', true, 2, 'customer', 'deposit.prompted', jsonb_build_object('checkout_request_id', 'ws_' || i)),
    ('mpesa', is_paid, 3, 'provider', 'deposit.paid', jsonb_build_object('paid', amount, 'asked', amount, 'evidence', 'callback',
       'receipt', 'R' || i, 'flags', '[]'::jsonb, 'movement', 'mov_' || key)),
    ('mpesa', NOT is_paid, 3, 'provider', 'deposit.failed', '{"reason": "cancelled"}'::jsonb),
    ('pesavoucher', true, 1, 'customer', 'deposit.submitted', jsonb_build_object('method', 'pesavoucher', 'asked', amount)),
    ('pesavoucher', true, 2, 'provider', 'voucher.claimed', '{"voucher": "SMB-****", "source": "callback"}'::jsonb),
    ('pesavoucher', true, 3, 'provider', 'deposit.paid', jsonb_build_object('paid', amount, 'asked', amount, 'evidence', 'redeemed',
       'flags', '[]'::jsonb, 'movement', 'mov_' || key)),
    ('payout', true, 1, 'customer', 'withdrawal.requested', jsonb_build_object('method', 'mpesa', 'amount', amount, 'fee', '10.00',
       'to', '2547***00', 'to_hash', customer, 'to_sealed', encode(sha256('\x00'), 'hex'), 'own', true, 'state', 'requested')),
    ('payout', true, 2, 'system', 'withdrawal.sending', NULL), ('payout', true, 3, 'system', 'withdrawal.submitted', NULL),
    ('payout', true, 4, 'provider', 'withdrawal.paid', jsonb_build_object('amount', amount, 'fee', '10.00', 'evidence', 'b2c_result',
       'receipt', 'R' || i, 'movement', 'mov_' || substr(key, 1, 12) || '8' || substr(key, 14)))
  ) AS said (of_way, is_said, turn, actor_kind, action, after)
 WHERE way = of_way AND is_said ORDER BY i, turn;
