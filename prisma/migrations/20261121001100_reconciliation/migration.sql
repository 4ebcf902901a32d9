-- CreateEnum
CREATE TYPE "TransactionKind" AS ENUM ('payment_in', 'payout', 'reversal', 'charge', 'transfer', 'other');

-- CreateEnum
CREATE TYPE "TransactionStanding" AS ENUM ('fresh', 'matched', 'suspense', 'booked', 'unmatched', 'returned');

-- CreateEnum
CREATE TYPE "TransactionSource" AS ENUM ('confirmation', 'pull', 'statement', 'status');

-- CreateEnum
CREATE TYPE "StatementState" AS ENUM ('previewed', 'matching', 'matched', 'discarded');

-- CreateEnum
CREATE TYPE "RefundMethod" AS ENUM ('reversal', 'payout_voucher');

-- CreateEnum
CREATE TYPE "RefundState" AS ENUM ('awaiting_approval', 'requested', 'sending', 'submitted', 'done', 'failed', 'needs_review');

-- CreateEnum
CREATE TYPE "DecisionState" AS ENUM ('waiting', 'carried_out', 'turned_down', 'expired', 'overtaken');

-- AlterEnum
ALTER TYPE "DepositOrigin" ADD VALUE 'assigned';

-- AlterEnum
ALTER TYPE "DepositState" ADD VALUE 'reversed';

-- AlterTable
ALTER TABLE "deposits" ADD COLUMN     "pay_reference" TEXT,
ADD COLUMN     "refund_cents" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "provider_accounts" ADD COLUMN     "c2b_since" TIMESTAMPTZ(3),
ADD COLUMN     "c2b_version" TEXT NOT NULL DEFAULT 'v2',
ADD COLUMN     "nominated_number" TEXT,
ADD COLUMN     "pull_since" TIMESTAMPTZ(3),
ADD COLUMN     "pulled_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "withdrawal_rules" ADD COLUMN     "review_above_cents" BIGINT DEFAULT 500000;

-- CreateTable
CREATE TABLE "provider_transactions" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider" TEXT NOT NULL DEFAULT 'mpesa',
    "kind" "TransactionKind" NOT NULL,
    "receipt" TEXT NOT NULL,
    "amount_cents" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "reference" TEXT,
    "details" TEXT NOT NULL,
    "payer_masked" TEXT,
    "original_receipt" TEXT,
    "standing" "TransactionStanding" NOT NULL,
    "cause" TEXT,
    "payment_id" TEXT,
    "source" "TransactionSource" NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "pulled_at" TIMESTAMPTZ(3),
    "statement_id" TEXT,
    "noted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "provider_transactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "statement_imports" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "state" "StatementState" NOT NULL,
    "file_name" TEXT NOT NULL,
    "file_hash" TEXT NOT NULL,
    "content" BYTEA,
    "imported_by_id" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3),
    "until_at" TIMESTAMPTZ(3),
    "opening_cents" BIGINT,
    "closing_cents" BIGINT,
    "preview" JSONB NOT NULL,
    "report" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "matched_at" TIMESTAMPTZ(3),

    CONSTRAINT "statement_imports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pull_runs" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "asked_by" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "new_rows" INTEGER NOT NULL DEFAULT 0,
    "unreadable" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "pull_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipt_queries" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "receipt" TEXT NOT NULL,
    "deposit_id" TEXT,
    "asked_by_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "result_code" TEXT,
    "result_text" TEXT,
    "told" JSONB,

    CONSTRAINT "receipt_queries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "balance_comparisons" (
    "merchant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "booked_cents" BIGINT NOT NULL,
    "provider_cents" BIGINT NOT NULL,
    "in_flight_cents" BIGINT NOT NULL,
    "drift_cents" BIGINT NOT NULL,
    "compared_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "balance_comparisons_pkey" PRIMARY KEY ("merchant_id","name","day")
);

-- CreateTable
CREATE TABLE "refunds" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "method" "RefundMethod" NOT NULL,
    "state" "RefundState" NOT NULL,
    "reason" TEXT,
    "currency" TEXT NOT NULL DEFAULT 'KES',
    "amount_cents" BIGINT NOT NULL,
    "deposit_id" TEXT,
    "customer_id" TEXT,
    "transaction_id" TEXT,
    "why" TEXT NOT NULL,
    "requested_by_id" TEXT NOT NULL,
    "attempt_key" TEXT NOT NULL,
    "decided_by_id" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decision_note" TEXT,
    "account_id" TEXT,
    "receipt" TEXT,
    "withdrawal_id" TEXT,
    "conversation_id" TEXT,
    "originator_conversation_id" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "provider_receipt" TEXT,
    "result_code" TEXT,
    "result_text" TEXT,
    "result_at" TIMESTAMPTZ(3),
    "timed_out_at" TIMESTAMPTZ(3),
    "status_code" TEXT,
    "status_text" TEXT,
    "status_at" TIMESTAMPTZ(3),
    "status_asked_at" TIMESTAMPTZ(3),
    "status_asks" INTEGER NOT NULL DEFAULT 0,
    "next_check_at" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review_decisions" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "amount_cents" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "state" "DecisionState" NOT NULL,
    "proposed_by_id" TEXT NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by_id" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decision_note" TEXT,
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "review_decisions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "case_assignments" (
    "subject_id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "assignee_id" TEXT NOT NULL,
    "assigned_by_id" TEXT NOT NULL,
    "assigned_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "case_assignments_pkey" PRIMARY KEY ("subject_id")
);

-- CreateIndex
CREATE INDEX "provider_transactions_payment_id_idx" ON "provider_transactions"("payment_id");

-- CreateIndex
CREATE INDEX "provider_transactions_account_id_occurred_at_idx" ON "provider_transactions"("account_id", "occurred_at");

-- CreateIndex
CREATE INDEX "provider_transactions_open" ON "provider_transactions"("merchant_id", "created_at") WHERE (settled_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "provider_transactions_account_id_receipt_kind_amount_cents_key" ON "provider_transactions"("account_id", "receipt", "kind", "amount_cents");

-- CreateIndex
CREATE INDEX "statement_imports_merchant_id_created_at_idx" ON "statement_imports"("merchant_id", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "statement_imports_account_id_file_hash_key" ON "statement_imports"("account_id", "file_hash");

-- CreateIndex
CREATE INDEX "pull_runs_account_id_started_at_idx" ON "pull_runs"("account_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "receipt_queries_deposit_id_idx" ON "receipt_queries"("deposit_id");

-- CreateIndex
CREATE INDEX "receipt_queries_merchant_id_asked_at_idx" ON "receipt_queries"("merchant_id", "asked_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "refunds_withdrawal_id_key" ON "refunds"("withdrawal_id");

-- CreateIndex
CREATE UNIQUE INDEX "refunds_originator_conversation_id_key" ON "refunds"("originator_conversation_id");

-- CreateIndex
CREATE INDEX "refunds_deposit_id_idx" ON "refunds"("deposit_id");

-- CreateIndex
CREATE INDEX "refunds_transaction_id_idx" ON "refunds"("transaction_id");

-- CreateIndex
CREATE INDEX "refunds_conversation_id_idx" ON "refunds"("conversation_id");

-- CreateIndex
CREATE INDEX "refunds_due" ON "refunds"("next_check_at") WHERE (next_check_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "refunds_not_done" ON "refunds"("merchant_id", "created_at") WHERE (settled_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "refunds_merchant_id_attempt_key_key" ON "refunds"("merchant_id", "attempt_key");

-- CreateIndex
CREATE INDEX "review_decisions_merchant_id_proposed_at_idx" ON "review_decisions"("merchant_id", "proposed_at" DESC);

-- CreateIndex
CREATE INDEX "review_decisions_subject_id_proposed_at_idx" ON "review_decisions"("subject_id", "proposed_at");

-- CreateIndex
CREATE UNIQUE INDEX "review_decisions_one_open" ON "review_decisions"("subject_id") WHERE (decided_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "deposits_merchant_id_pay_reference_key" ON "deposits"("merchant_id", "pay_reference");

-- AddForeignKey
ALTER TABLE "provider_transactions" ADD CONSTRAINT "provider_transactions_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider_transactions" ADD CONSTRAINT "provider_transactions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "provider_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "provider_transactions" ADD CONSTRAINT "provider_transactions_statement_id_fkey" FOREIGN KEY ("statement_id") REFERENCES "statement_imports"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "statement_imports" ADD CONSTRAINT "statement_imports_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "provider_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pull_runs" ADD CONSTRAINT "pull_runs_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "provider_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "receipt_queries" ADD CONSTRAINT "receipt_queries_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "provider_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "balance_comparisons" ADD CONSTRAINT "balance_comparisons_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_deposit_id_fkey" FOREIGN KEY ("deposit_id") REFERENCES "deposits"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "provider_accounts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_assignments" ADD CONSTRAINT "case_assignments_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- CreateIndex
CREATE UNIQUE INDEX "refunds_one_reversal" ON "refunds"("account_id", "receipt") WHERE (failed_at IS NULL);
