-- AlterTable
ALTER TABLE "provider_accounts" ADD COLUMN     "operator_since" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "withdrawals" ADD COLUMN     "status_asked_at" TIMESTAMPTZ(3);

-- What staff ask for in a customer's name goes nowhere before somebody else has decided.
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_by_staff_are_decided"
  CHECK (requested_by_id = customer_id OR decided_by_id IS NOT NULL
         OR state IN ('awaiting_approval', 'failed', 'needs_review'));
