-- What was given back, or is promised to be, is never more than what was paid.
ALTER TABLE "deposits" ADD CONSTRAINT "deposits_refund_within_paid"
  CHECK (refund_cents >= 0 AND refund_cents <= coalesce(paid_cents, 0));
ALTER TABLE "deposits" ADD CONSTRAINT "deposits_reversed_is_all_of_it"
  CHECK (state <> 'reversed' OR (refund_cents = paid_cents AND settled_at IS NOT NULL));

ALTER TABLE "refunds" ADD CONSTRAINT "refunds_cents_positive" CHECK (amount_cents > 0);
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_of_one_thing"
  CHECK ((deposit_id IS NULL) <> (transaction_id IS NULL) AND (deposit_id IS NULL) = (customer_id IS NULL));
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_know_their_way"
  CHECK ((method = 'reversal') = (account_id IS NOT NULL) AND (method = 'reversal') = (receipt IS NOT NULL));
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_sent_have_a_time"
  CHECK (state NOT IN ('sending', 'submitted') OR sent_at IS NOT NULL);
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_done_have_a_time" CHECK ((state = 'done') = (settled_at IS NOT NULL));
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_failed_have_a_time" CHECK (state <> 'failed' OR failed_at IS NOT NULL);
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_say_why"
  CHECK (state NOT IN ('failed', 'needs_review') OR reason IS NOT NULL);
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_two_people"
  CHECK (decided_by_id IS NULL OR decided_by_id <> requested_by_id);
ALTER TABLE "provider_transactions" ADD CONSTRAINT "provider_transactions_move_money" CHECK (amount_cents <> 0);
ALTER TABLE "provider_transactions" ADD CONSTRAINT "provider_transactions_payments_come_in"
  CHECK (kind <> 'payment_in' OR amount_cents > 0);
ALTER TABLE "provider_transactions" ADD CONSTRAINT "provider_transactions_settled_have_a_time"
  CHECK ((standing IN ('matched', 'booked', 'returned')) = (settled_at IS NOT NULL));
ALTER TABLE "provider_transactions" ADD CONSTRAINT "provider_transactions_matched_say_with_what"
  CHECK (standing <> 'matched' OR payment_id IS NOT NULL);
ALTER TABLE "provider_transactions" ADD CONSTRAINT "provider_transactions_open_say_why"
  CHECK (standing NOT IN ('suspense', 'unmatched') OR cause IS NOT NULL);
-- What a provider's books say is never dropped here.
CREATE TRIGGER provider_transactions_kept BEFORE DELETE OR TRUNCATE ON "provider_transactions"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE "review_decisions" ADD CONSTRAINT "review_decisions_two_people"
  CHECK (decided_by_id IS NULL OR decided_by_id <> proposed_by_id);
ALTER TABLE "review_decisions" ADD CONSTRAINT "review_decisions_ended_have_a_time"
  CHECK ((state = 'waiting') = (decided_at IS NULL));
CREATE TRIGGER review_decisions_kept BEFORE DELETE OR TRUNCATE ON "review_decisions"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
