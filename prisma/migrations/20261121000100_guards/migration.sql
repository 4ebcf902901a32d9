-- What the code promises about money, the database refuses to break.

-- A balanced movement: checked at commit, so its lines may arrive in any order.
CREATE FUNCTION ledger_movement_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movement text := CASE WHEN TG_TABLE_NAME = 'ledger_movements' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'movement_id' END;
  line_count bigint;
  unbalanced boolean;
  reopened boolean;
  strangers boolean;
BEGIN
  SELECT coalesce(sum(n), 0), coalesce(bool_or(total <> 0), false), coalesce(bool_or(stranger), false),
         count(DISTINCT first_xid) > 1 OR coalesce(bool_or(first_xid <> last_xid), false)
    INTO line_count, unbalanced, strangers, reopened
    FROM (SELECT count(*) AS n, sum(l.amount_cents) AS total, bool_or(a.merchant_id <> m.merchant_id) AS stranger,
                 min(l.xid) AS first_xid, max(l.xid) AS last_xid
            FROM ledger_lines l
            JOIN ledger_accounts a ON a.id = l.account_id
            JOIN ledger_movements m ON m.id = l.movement_id
           WHERE l.movement_id = movement
           GROUP BY a.currency) AS per_currency;
  IF line_count < 2 THEN
    RAISE EXCEPTION 'movement % has % line(s), it needs two or more', movement, line_count USING ERRCODE = 'check_violation';
  END IF;
  IF unbalanced THEN
    RAISE EXCEPTION 'movement % does not sum to zero', movement USING ERRCODE = 'check_violation';
  END IF;
  IF reopened THEN
    RAISE EXCEPTION 'movement % is closed, it takes no further lines', movement USING ERRCODE = 'check_violation';
  END IF;
  IF strangers THEN
    RAISE EXCEPTION 'movement % touches another merchant''s account', movement USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_movement_has_lines AFTER INSERT ON ledger_movements
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_movement_balances();
-- Lines are written with their movement; this one catches a line added to an old movement.
CREATE CONSTRAINT TRIGGER ledger_line_balances AFTER INSERT ON ledger_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_movement_balances();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_lines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_lines
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_movements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_movements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE ledger_lines ADD CONSTRAINT ledger_lines_amount_not_zero CHECK (amount_cents <> 0);
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_never_below_zero CHECK (balance_cents >= 0);
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_customers_materialised
  CHECK ((kind IN ('customer_available', 'customer_held')) = (balance_cents IS NOT NULL));

ALTER TABLE deposits ADD CONSTRAINT deposits_cents_positive CHECK (asked_cents > 0 AND paid_cents > 0);
ALTER TABLE deposits ADD CONSTRAINT deposits_paid_is_whole
  CHECK (state <> 'paid' OR (paid_cents IS NOT NULL AND settled_at IS NOT NULL));
ALTER TABLE deposits ADD CONSTRAINT deposits_failed_says_why
  CHECK (state NOT IN ('failed', 'needs_review') OR reason IS NOT NULL);
ALTER TABLE voucher_redemptions ADD CONSTRAINT voucher_redemptions_redeemed_is_whole
  CHECK (state <> 'redeemed' OR (amount_cents > 0 AND settled_at IS NOT NULL));
ALTER TABLE messages ADD CONSTRAINT messages_worked_says_how CHECK ((worked_at IS NULL) = (outcome IS NULL));
ALTER TABLE users ADD CONSTRAINT users_can_sign_in CHECK (phone IS NOT NULL OR email IS NOT NULL);

-- The browser hears about an event the moment its transaction commits.
CREATE FUNCTION announce_live_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('live_events', NEW.customer_id);
  RETURN NULL;
END $$;
CREATE TRIGGER live_events_announce AFTER INSERT ON live_events
  FOR EACH ROW EXECUTE FUNCTION announce_live_event();
