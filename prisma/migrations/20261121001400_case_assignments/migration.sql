-- A difference to the provider's balance has no id of its own, so each merchant's people look after their own.
ALTER TABLE "case_assignments" DROP CONSTRAINT "case_assignments_pkey",
    ADD CONSTRAINT "case_assignments_pkey" PRIMARY KEY ("merchant_id", "subject_id");

-- CreateIndex
CREATE INDEX "deposits_open" ON "deposits"("merchant_id", "created_at") WHERE (state = ANY (ARRAY['pending'::"DepositState", 'submitted'::"DepositState", 'redeeming'::"DepositState", 'needs_review'::"DepositState"]));

-- CreateIndex
CREATE INDEX "messages_for_people" ON "messages"("received_at" DESC) WHERE (outcome = ANY (ARRAY['quarantined'::"MessageOutcome", 'unmatched'::"MessageOutcome", 'malformed'::"MessageOutcome", 'refused'::"MessageOutcome", 'stuck'::"MessageOutcome"]));

-- CreateIndex
CREATE INDEX "provider_calls_by_age" ON "provider_calls" USING BRIN ("started_at");
