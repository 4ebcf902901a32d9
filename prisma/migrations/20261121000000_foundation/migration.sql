-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "DepositMethod" AS ENUM ('pesavoucher', 'mpesa');

-- CreateEnum
CREATE TYPE "DepositOrigin" AS ENUM ('checkout', 'pasted_code', 'extra_voucher');

-- CreateEnum
CREATE TYPE "DepositState" AS ENUM ('pending', 'submitted', 'redeeming', 'paid', 'failed', 'needs_review');

-- CreateEnum
CREATE TYPE "RedemptionState" AS ENUM ('redeeming', 'unknown', 'redeemed', 'refused');

-- CreateEnum
CREATE TYPE "RedemptionSource" AS ENUM ('callback', 'return', 'pasted');

-- CreateEnum
CREATE TYPE "MessageOutcome" AS ENUM ('applied', 'duplicate', 'quarantined', 'unmatched', 'malformed', 'refused', 'stuck');

-- CreateEnum
CREATE TYPE "CallOutcome" AS ENUM ('accepted', 'refused', 'unknown');

-- CreateEnum
CREATE TYPE "AccountKind" AS ENUM ('customer_available', 'customer_held', 'provider', 'in_transit', 'escrow', 'fees', 'suspense');

-- CreateEnum
CREATE TYPE "UserRole" AS ENUM ('customer', 'staff', 'admin');

-- CreateTable
CREATE TABLE "deposits" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "method" "DepositMethod" NOT NULL,
    "origin" "DepositOrigin" NOT NULL,
    "state" "DepositState" NOT NULL,
    "reason" TEXT,
    "currency" TEXT NOT NULL DEFAULT 'KES',
    "asked_cents" BIGINT,
    "paid_cents" BIGINT,
    "attempt_key" TEXT NOT NULL,
    "session_token_hash" TEXT,
    "provider_payment_id" TEXT,
    "provider_paid_at" TIMESTAMPTZ(3),
    "provider_receipt" TEXT,
    "public_code" TEXT NOT NULL,
    "next_check_at" TIMESTAMPTZ(3),
    "checks_done" INTEGER NOT NULL DEFAULT 0,
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),

    CONSTRAINT "deposits_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "voucher_redemptions" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "deposit_id" TEXT NOT NULL,
    "code_hash" TEXT NOT NULL,
    "code_cipher" BYTEA NOT NULL,
    "code_masked" TEXT NOT NULL,
    "state" "RedemptionState" NOT NULL,
    "source" "RedemptionSource" NOT NULL,
    "refusal" TEXT,
    "amount_cents" BIGINT,
    "redeem_sent_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "voucher_redemptions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipts" (
    "provider" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "payment_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "receipts_pkey" PRIMARY KEY ("provider","number")
);

-- CreateTable
CREATE TABLE "live_events" (
    "customer_id" TEXT NOT NULL,
    "id" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "live_events_pkey" PRIMARY KEY ("customer_id","id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "seq" BIGSERIAL NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "request_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "invariant_checks" (
    "name" TEXT NOT NULL,
    "holds" BOOLEAN NOT NULL,
    "detail" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invariant_checks_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "messages" (
    "id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "body" BYTEA NOT NULL,
    "headers" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "query" TEXT NOT NULL DEFAULT '',
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "repeats" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "worked_at" TIMESTAMPTZ(3),
    "outcome" "MessageOutcome",
    "note" TEXT,
    "subject_id" TEXT,

    CONSTRAINT "messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_calls" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "response" JSONB,
    "http_status" INTEGER,
    "outcome" "CallOutcome",
    "duration_ms" INTEGER,
    "started_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_calls_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_accounts" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "kind" "AccountKind" NOT NULL,
    "owner" TEXT NOT NULL,
    "currency" TEXT NOT NULL DEFAULT 'KES',
    "balance_cents" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_movements" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "reverses_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_movements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_lines" (
    "id" BIGSERIAL NOT NULL,
    "movement_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "amount_cents" BIGINT NOT NULL,
    "xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,

    CONSTRAINT "ledger_lines_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_rollups" (
    "account_id" TEXT NOT NULL,
    "xid_below" BIGINT NOT NULL,
    "amount_cents" BIGINT NOT NULL,

    CONSTRAINT "ledger_rollups_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "merchants" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "support_line" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "merchants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "role" "UserRole" NOT NULL,
    "name" TEXT NOT NULL,
    "phone" TEXT,
    "email" TEXT,
    "password_hash" TEXT NOT NULL,
    "session_epoch" INTEGER NOT NULL DEFAULT 0,
    "event_seq" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "deposits_session_token_hash_key" ON "deposits"("session_token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "deposits_public_code_key" ON "deposits"("public_code");

-- CreateIndex
CREATE INDEX "deposits_merchant_id_customer_id_id_idx" ON "deposits"("merchant_id", "customer_id", "id" DESC);

-- CreateIndex
CREATE INDEX "deposits_due" ON "deposits"("next_check_at") WHERE (next_check_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "deposits_provider_payment_id_idx" ON "deposits"("provider_payment_id");

-- CreateIndex
CREATE UNIQUE INDEX "deposits_merchant_id_customer_id_attempt_key_key" ON "deposits"("merchant_id", "customer_id", "attempt_key");

-- CreateIndex
CREATE UNIQUE INDEX "deposits_merchant_id_method_provider_receipt_key" ON "deposits"("merchant_id", "method", "provider_receipt");

-- CreateIndex
CREATE UNIQUE INDEX "voucher_redemptions_code_hash_key" ON "voucher_redemptions"("code_hash");

-- CreateIndex
CREATE INDEX "voucher_redemptions_deposit_id_idx" ON "voucher_redemptions"("deposit_id");

-- CreateIndex
CREATE INDEX "receipts_payment_id_idx" ON "receipts"("payment_id");

-- CreateIndex
CREATE INDEX "live_events_created_at_idx" ON "live_events"("created_at");

-- CreateIndex
CREATE INDEX "audit_log_subject_id_idx" ON "audit_log"("subject_id");

-- CreateIndex
CREATE INDEX "audit_log_merchant_id_seq_idx" ON "audit_log"("merchant_id", "seq");

-- CreateIndex
CREATE INDEX "messages_unworked" ON "messages"("next_attempt_at") WHERE (worked_at IS NULL);

-- CreateIndex
CREATE INDEX "messages_subject_id_idx" ON "messages"("subject_id");

-- CreateIndex
CREATE UNIQUE INDEX "messages_provider_dedupe_key_key" ON "messages"("provider", "dedupe_key");

-- CreateIndex
CREATE INDEX "provider_calls_subject_id_started_at_idx" ON "provider_calls"("subject_id", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_accounts_merchant_id_kind_owner_currency_key" ON "ledger_accounts"("merchant_id", "kind", "owner", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_movements_merchant_id_kind_ref_key" ON "ledger_movements"("merchant_id", "kind", "ref");

-- CreateIndex
CREATE INDEX "ledger_lines_movement_id_idx" ON "ledger_lines"("movement_id");

-- CreateIndex
CREATE INDEX "ledger_lines_account_id_xid_amount_cents_idx" ON "ledger_lines"("account_id", "xid", "amount_cents");

-- CreateIndex
CREATE UNIQUE INDEX "merchants_slug_key" ON "merchants"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "users_merchant_id_phone_key" ON "users"("merchant_id", "phone");

-- CreateIndex
CREATE UNIQUE INDEX "users_merchant_id_email_key" ON "users"("merchant_id", "email");

-- AddForeignKey
ALTER TABLE "deposits" ADD CONSTRAINT "deposits_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deposits" ADD CONSTRAINT "deposits_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "voucher_redemptions" ADD CONSTRAINT "voucher_redemptions_deposit_id_fkey" FOREIGN KEY ("deposit_id") REFERENCES "deposits"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "live_events" ADD CONSTRAINT "live_events_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_movements" ADD CONSTRAINT "ledger_movements_reverses_id_fkey" FOREIGN KEY ("reverses_id") REFERENCES "ledger_movements"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_lines" ADD CONSTRAINT "ledger_lines_movement_id_fkey" FOREIGN KEY ("movement_id") REFERENCES "ledger_movements"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_lines" ADD CONSTRAINT "ledger_lines_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "ledger_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


