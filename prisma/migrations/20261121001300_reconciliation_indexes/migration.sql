-- CreateIndex
CREATE INDEX "provider_transactions_merchant_id_standing_id_idx" ON "provider_transactions"("merchant_id", "standing", "id" DESC);
-- CreateIndex
CREATE INDEX "provider_transactions_merchant_id_source_id_idx" ON "provider_transactions"("merchant_id", "source", "id" DESC);
-- CreateIndex
CREATE INDEX "provider_transactions_merchant_id_id_idx" ON "provider_transactions"("merchant_id", "id" DESC);
-- CreateIndex
CREATE INDEX "provider_transactions_merchant_id_reference_idx" ON "provider_transactions"("merchant_id", "reference");
-- CreateIndex
CREATE INDEX "provider_transactions_open_pages" ON "provider_transactions"("merchant_id", "id" DESC) WHERE (settled_at IS NULL);
