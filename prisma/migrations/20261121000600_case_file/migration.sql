-- CreateIndex
CREATE INDEX "messages_addressed" ON "messages"("addressee", "received_at" DESC) WHERE (addressee IS NOT NULL);
