-- AlterTable
ALTER TABLE "provider_accounts" ADD COLUMN "c2b_secret_version" INTEGER;

-- Until now a new secret ended the registration, so what is registered has the newest.
UPDATE "provider_accounts" SET "c2b_secret_version" = "secret_version" WHERE "c2b_since" IS NOT NULL;
