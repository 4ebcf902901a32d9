import type { Ctx } from "@/lib/context";
import { lockSubjects } from "../lock-subjects";
import { findByReference } from "./find-by-reference";
import { findReversedRefund } from "./find-reversed-refund";

/**
 * Locks the payment that a line names before the line itself: everybody who has a payment in hand goes on to
 * its lines, so the other way round two of them would wait for each other.
 */
export async function lockWhatItNames(tx: Ctx, transactionId: string): Promise<void> {
  const line = await tx.db.providerTransaction.findFirst({
    where: { id: transactionId, merchantId: tx.merchantId, standing: "fresh" },
  });
  if (line?.kind === "payment_in") {
    const deposit = await findByReference(tx, line);
    if (deposit) await lockSubjects(tx, [deposit.id]);
  }
  if (line?.kind === "reversal") {
    const refund = await findReversedRefund(tx, line);
    if (refund)
      await lockSubjects(tx, [refund.id, ...(refund.depositId ? [refund.depositId] : [])]);
  }
}
