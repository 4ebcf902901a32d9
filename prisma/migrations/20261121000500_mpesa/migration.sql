-- CreateEnum
CREATE TYPE "ProviderAccountKind" AS ENUM ('paybill', 'till');

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "addressee" TEXT,
ADD COLUMN     "secret_hash" TEXT;

-- CreateTable
CREATE TABLE "provider_accounts" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "shortcode" TEXT NOT NULL,
    "kind" "ProviderAccountKind" NOT NULL,
    "till_number" TEXT,
    "secrets_cipher" BYTEA NOT NULL,
    "secrets_masked" JSONB NOT NULL,
    "app_key_hash" TEXT NOT NULL,
    "secret_version" INTEGER NOT NULL DEFAULT 1,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "callback_secrets" (
    "hash" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "retired_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "callback_secrets_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "stk_pushes" (
    "deposit_id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "phone_hash" TEXT NOT NULL,
    "phone_cipher" BYTEA NOT NULL,
    "phone_masked" TEXT NOT NULL,
    "pushed_at" TIMESTAMPTZ(3),
    "checkout_request_id" TEXT,
    "merchant_request_id" TEXT,
    "callback_code" TEXT,
    "callback_text" TEXT,
    "callback_at" TIMESTAMPTZ(3),
    "query_code" TEXT,
    "query_text" TEXT,
    "queried_at" TIMESTAMPTZ(3),
    "noes" INTEGER NOT NULL DEFAULT 0,
    "last_no_at" TIMESTAMPTZ(3),
    "provider_paid_at" TIMESTAMPTZ(3),
    "payer_masked" TEXT,

    CONSTRAINT "stk_pushes_pkey" PRIMARY KEY ("deposit_id")
);

-- CreateTable
CREATE TABLE "open_prompts" (
    "phone_hash" TEXT NOT NULL,
    "deposit_id" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "open_prompts_pkey" PRIMARY KEY ("phone_hash")
);

-- CreateTable
CREATE TABLE "provider_gates" (
    "name" TEXT NOT NULL,
    "next_free_at" TIMESTAMPTZ(3) NOT NULL,
    "faults" INTEGER NOT NULL DEFAULT 0,
    "open_until" TIMESTAMPTZ(3),
    "trial_until" TIMESTAMPTZ(3),

    CONSTRAINT "provider_gates_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "provider_tokens" (
    "name" TEXT NOT NULL,
    "token_cipher" BYTEA,
    "expires_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "provider_tokens_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "provider_accounts_merchant_id_provider_environment_shortcod_key" ON "provider_accounts"("merchant_id", "provider", "environment", "shortcode");

-- CreateIndex
CREATE UNIQUE INDEX "provider_accounts_one_default" ON "provider_accounts"("merchant_id", "provider", "environment") WHERE (is_default);

-- CreateIndex
CREATE UNIQUE INDEX "callback_secrets_account_id_version_key" ON "callback_secrets"("account_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "stk_pushes_checkout_request_id_key" ON "stk_pushes"("checkout_request_id");

-- CreateIndex
CREATE INDEX "stk_pushes_phone_hash_pushed_at_idx" ON "stk_pushes"("phone_hash", "pushed_at");

-- AddForeignKey
ALTER TABLE "provider_accounts" ADD CONSTRAINT "provider_accounts_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "callback_secrets" ADD CONSTRAINT "callback_secrets_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "provider_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stk_pushes" ADD CONSTRAINT "stk_pushes_deposit_id_fkey" FOREIGN KEY ("deposit_id") REFERENCES "deposits"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stk_pushes" ADD CONSTRAINT "stk_pushes_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "provider_accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What the schema language cannot say.
ALTER TABLE "provider_accounts" ADD CONSTRAINT "provider_accounts_till_has_number"
  CHECK ((kind = 'till') = (till_number IS NOT NULL));
ALTER TABLE "stk_pushes" ADD CONSTRAINT "stk_pushes_sent_before_known"
  CHECK (checkout_request_id IS NULL OR pushed_at IS NOT NULL);
ALTER TABLE "stk_pushes" ADD CONSTRAINT "stk_pushes_noes_count_up" CHECK (noes >= 0);
