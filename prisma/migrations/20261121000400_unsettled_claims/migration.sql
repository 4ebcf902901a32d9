-- CreateIndex
CREATE INDEX "voucher_redemptions_unsettled" ON "voucher_redemptions"("lease_until") WHERE (settled_at IS NULL);
