-- What a withdrawal's state promises, its row shows.
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_paid_has_time"
  CHECK ((state = 'paid') = (settled_at IS NOT NULL));
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_failed_has_time"
  CHECK (state <> 'failed' OR failed_at IS NOT NULL);
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_ended_badly_says_why"
  CHECK (state NOT IN ('failed', 'needs_review') OR reason IS NOT NULL);
-- Nobody is paid by a voucher without its code.
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_voucher_paid_has_code"
  CHECK (NOT (method = 'pesavoucher' AND state = 'paid') OR voucher_code_cipher IS NOT NULL);
