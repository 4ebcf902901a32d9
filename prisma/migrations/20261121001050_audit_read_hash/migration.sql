-- AlterTable
ALTER TABLE "invariant_checks" ADD COLUMN     "read_hash" TEXT;
