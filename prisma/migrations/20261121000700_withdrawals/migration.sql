-- CreateEnum
CREATE TYPE "WithdrawalMethod" AS ENUM ('pesavoucher', 'mpesa');

-- CreateEnum
CREATE TYPE "WithdrawalState" AS ENUM ('requested', 'awaiting_approval', 'sending', 'submitted', 'paid', 'failed', 'needs_review');

-- CreateEnum
CREATE TYPE "LimitKind" AS ENUM ('payment', 'day', 'week');

-- AlterTable
ALTER TABLE "provider_accounts" ADD COLUMN     "command_id" TEXT NOT NULL DEFAULT 'BusinessPayment',
ADD COLUMN     "initiator_name" TEXT,
ADD COLUMN     "is_payout_default" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "payouts_stopped" TEXT;

-- CreateTable
CREATE TABLE "withdrawals" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "method" "WithdrawalMethod" NOT NULL,
    "state" "WithdrawalState" NOT NULL,
    "reason" TEXT,
    "currency" TEXT NOT NULL DEFAULT 'KES',
    "amount_cents" BIGINT NOT NULL,
    "fee_cents" BIGINT NOT NULL DEFAULT 0,
    "attempt_key" TEXT NOT NULL,
    "requested_by_id" TEXT NOT NULL,
    "destination_hash" TEXT NOT NULL,
    "destination_cipher" BYTEA NOT NULL,
    "destination_masked" TEXT NOT NULL,
    "is_own_destination" BOOLEAN NOT NULL,
    "message" TEXT,
    "account_id" TEXT,
    "provider_ref" TEXT NOT NULL,
    "conversation_id" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "provider_receipt" TEXT,
    "voucher_code_hash" TEXT,
    "voucher_code_cipher" BYTEA,
    "voucher_code_masked" TEXT,
    "voucher_redeemed_at" TIMESTAMPTZ(3),
    "receiver_name" TEXT,
    "public_code" TEXT NOT NULL,
    "decided_by_id" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decision_note" TEXT,
    "result_code" TEXT,
    "result_text" TEXT,
    "result_at" TIMESTAMPTZ(3),
    "timed_out_at" TIMESTAMPTZ(3),
    "status_code" TEXT,
    "status_text" TEXT,
    "status_at" TIMESTAMPTZ(3),
    "status_asks" INTEGER NOT NULL DEFAULT 0,
    "next_check_at" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),

    CONSTRAINT "withdrawals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payees" (
    "customer_id" TEXT NOT NULL,
    "destination_hash" TEXT NOT NULL,
    "destination_masked" TEXT NOT NULL,
    "name_masked" TEXT,
    "times_paid" INTEGER NOT NULL DEFAULT 0,
    "last_paid_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payees_pkey" PRIMARY KEY ("customer_id","destination_hash")
);

-- CreateTable
CREATE TABLE "withdrawal_rules" (
    "merchant_id" TEXT NOT NULL,
    "per_payment_cents" BIGINT NOT NULL,
    "day_cents" BIGINT NOT NULL,
    "week_cents" BIGINT NOT NULL,
    "approval_above_cents" BIGINT,
    "voucher_fee_cents" BIGINT NOT NULL,
    "mpesa_fee_cents" BIGINT NOT NULL,
    "voucher_floor_cents" BIGINT NOT NULL,
    "mpesa_floor_cents" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "withdrawal_rules_pkey" PRIMARY KEY ("merchant_id")
);

-- CreateTable
CREATE TABLE "customer_limits" (
    "customer_id" TEXT NOT NULL,
    "kind" "LimitKind" NOT NULL,
    "cents" BIGINT,
    "next_cents" BIGINT,
    "next_from" TIMESTAMPTZ(3),

    CONSTRAINT "customer_limits_pkey" PRIMARY KEY ("customer_id","kind")
);

-- CreateTable
CREATE TABLE "provider_floats" (
    "merchant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "available_cents" BIGINT NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_floats_pkey" PRIMARY KEY ("merchant_id","name")
);

-- CreateIndex
CREATE UNIQUE INDEX "withdrawals_provider_ref_key" ON "withdrawals"("provider_ref");

-- CreateIndex
CREATE UNIQUE INDEX "withdrawals_voucher_code_hash_key" ON "withdrawals"("voucher_code_hash");

-- CreateIndex
CREATE UNIQUE INDEX "withdrawals_public_code_key" ON "withdrawals"("public_code");

-- CreateIndex
CREATE INDEX "withdrawals_merchant_id_customer_id_id_idx" ON "withdrawals"("merchant_id", "customer_id", "id" DESC);

-- CreateIndex
CREATE INDEX "withdrawals_conversation_id_idx" ON "withdrawals"("conversation_id");

-- CreateIndex
CREATE INDEX "withdrawals_due" ON "withdrawals"("next_check_at") WHERE (next_check_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "withdrawals_not_paid" ON "withdrawals"("merchant_id", "state", "created_at") WHERE (settled_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "withdrawals_merchant_id_customer_id_attempt_key_key" ON "withdrawals"("merchant_id", "customer_id", "attempt_key");

-- CreateIndex
CREATE UNIQUE INDEX "withdrawals_merchant_id_method_provider_receipt_key" ON "withdrawals"("merchant_id", "method", "provider_receipt");

-- CreateIndex
CREATE UNIQUE INDEX "provider_accounts_one_payout" ON "provider_accounts"("merchant_id", "provider", "environment") WHERE (is_payout_default);

-- AddForeignKey
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "provider_accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payees" ADD CONSTRAINT "payees_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "withdrawal_rules" ADD CONSTRAINT "withdrawal_rules_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customer_limits" ADD CONSTRAINT "customer_limits_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider_floats" ADD CONSTRAINT "provider_floats_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What the schema language cannot say.
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_amounts_make_sense"
  CHECK (amount_cents > 0 AND fee_cents >= 0);
-- From the moment the provider may pay, the row says when it was asked.
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_sent_before_taken"
  CHECK (state NOT IN ('sending', 'submitted') OR sent_at IS NOT NULL);
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_mpesa_has_account"
  CHECK ((method = 'mpesa') = (account_id IS NOT NULL));
-- Whoever asked does not decide.
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_maker_is_not_checker"
  CHECK (decided_by_id IS NULL OR decided_by_id <> requested_by_id);
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_asks_count_up" CHECK (status_asks >= 0);
ALTER TABLE "withdrawal_rules" ADD CONSTRAINT "withdrawal_rules_not_negative"
  CHECK (per_payment_cents > 0 AND day_cents > 0 AND week_cents > 0 AND voucher_fee_cents >= 0
         AND mpesa_fee_cents >= 0 AND voucher_floor_cents >= 0 AND mpesa_floor_cents >= 0
         AND coalesce(approval_above_cents, 0) >= 0);
ALTER TABLE "customer_limits" ADD CONSTRAINT "customer_limits_not_negative"
  CHECK (coalesce(cents, 0) >= 0 AND coalesce(next_cents, 0) >= 0);
ALTER TABLE "provider_accounts" ADD CONSTRAINT "provider_accounts_payer_has_operator"
  CHECK (NOT is_payout_default OR initiator_name IS NOT NULL);
