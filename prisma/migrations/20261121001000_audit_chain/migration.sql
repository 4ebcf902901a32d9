-- AlterTable
ALTER TABLE "audit_log" ADD COLUMN     "xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint;

-- AlterTable
ALTER TABLE "invariant_checks" ADD COLUMN     "read_to" BIGINT;

-- CreateTable
CREATE TABLE "audit_seals" (
    "position" BIGINT NOT NULL,
    "audit_seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_seals_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "audit_heads" (
    "day" DATE NOT NULL,
    "position" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_heads_pkey" PRIMARY KEY ("day")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_seals_audit_seq_key" ON "audit_seals"("audit_seq");

-- CreateIndex
CREATE INDEX "audit_log_xid_seq_idx" ON "audit_log"("xid", "seq");

-- What is sealed or signed stays as it is.
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_heads_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_heads
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE audit_seals ADD CONSTRAINT audit_seals_is_a_hash
  CHECK (position > 0 AND hash ~ '^[0-9a-f]{64}$');
ALTER TABLE audit_heads ADD CONSTRAINT audit_heads_is_a_hash
  CHECK (position > 0 AND hash ~ '^[0-9a-f]{64}$');
