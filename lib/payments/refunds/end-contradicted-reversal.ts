import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import type { Refund } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { customerAvailable, FEES, providerAccount, SUSPENSE } from "@/lib/ledger/accounts";
import { metrics } from "@/lib/metrics";
import { takeReceipt } from "../take-receipt";
import { payUnheldRefund } from "./refund-money";
import { GIVEN_BACK_TWICE } from "./refund-reasons";
import { reverseWhenAllIsBack, takeRefundShare } from "./refund-share";
import { returnSuspended } from "./refunded-transaction";
import { tickReversalLine } from "./reversal-line";
import { announceRefunded } from "./settle-refund";

/** Who bears money that went back without being held: whoever had it put back, or the merchant. */
export type Payer = "holder" | "merchant";

/**
 * Ends a reversal whose money had been put back, and which M-Pesa carried out all the same, in the caller's
 * transaction: one movement takes the money from where it was put back, or books it as the merchant's loss, the
 * deposit counts it again, and is reversed when with it all has gone back. False when it waits for that no
 * longer. Throws `ConflictError` when the customer's balance does not cover it, when another refund counts
 * that money, or when money in suspense is there no longer.
 */
export async function endContradictedReversal(
  tx: Ctx,
  input: { refundId: string; payer: Payer; receipt: string | null; decisionId: string },
): Promise<boolean> {
  const { refundId, payer, receipt, decisionId } = input;
  const [open] = await tx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM refunds
     WHERE id = ${refundId} AND merchant_id = ${tx.merchantId} AND method = 'reversal'
       AND state = 'needs_review' AND reason = ${GIVEN_BACK_TWICE} FOR NO KEY UPDATE`;
  if (!open) return false;
  const known = await tx.db.refund.findUniqueOrThrow({
    where: { id: refundId },
    include: { account: { select: { shortcode: true } } },
  });
  const { depositId, amountCents } = known;
  if (depositId !== null) await takeRefundShare(tx, { depositId, amountCents });
  else await returnSuspended(tx, known);
  const refund = await tx.db.refund.update({
    where: { id: refundId },
    data: {
      ...{ state: "done", reason: null, failedAt: null, settledAt: tx.now(), nextCheckAt: null },
      providerReceipt: known.providerReceipt ?? receipt,
    },
  });
  if (known.providerReceipt === null && receipt !== null) await keepReceipt(tx, refund, receipt);
  assert(known.account, "a reversal is of a shortcode's payment");
  const movement = await payUnheldRefund(tx, refund, {
    from: payer === "merchant" ? FEES : holderOf(refund),
    provider: providerAccount(`mpesa:${known.account.shortcode}`),
  });
  const isReversed = depositId !== null && (await reverseWhenAllIsBack(tx, depositId));
  await recordAudit(tx, {
    action: "refund.done",
    subjectId: refundId,
    before: { state: "needs_review", reason: GIVEN_BACK_TWICE },
    after: {
      amount: decimalFromCents(amountCents),
      evidence: "person",
      paid_by: payer === "merchant" ? "merchant" : depositId === null ? "suspense" : "customer",
      receipt: refund.providerReceipt,
      decision: decisionId,
      movement,
    },
  });
  await announceRefunded(tx, refund, { isReversed });
  metrics.refundsEnded.inc({ method: "reversal", result: "done" });
  return true;
}

function holderOf({ customerId }: Refund) {
  return customerId === null ? SUSPENSE : customerAvailable(customerId);
}

/** One receipt, one payment, over every road and in both directions. */
async function keepReceipt(tx: Ctx, refund: Refund, number: string): Promise<void> {
  const { id: paymentId, amountCents } = refund;
  const taken = await takeReceipt(tx, { provider: "mpesa", number, paymentId, amountCents });
  assert(taken.kind === "new", "the receipt of a way back is nobody else's");
  await tickReversalLine(tx, refund, number);
}
