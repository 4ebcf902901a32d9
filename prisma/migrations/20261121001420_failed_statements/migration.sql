-- AlterEnum
ALTER TYPE "StatementState" ADD VALUE 'failed';

-- AlterTable
ALTER TABLE "statement_imports" ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "next_try_at" TIMESTAMPTZ(3);
