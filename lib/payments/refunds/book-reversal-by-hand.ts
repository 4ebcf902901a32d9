import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { ConflictError } from "@/lib/errors";
import { assert } from "@/lib/kit/assert";
import { newId } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import { customerAvailable, FEES, providerAccount } from "@/lib/ledger/accounts";
import { metrics } from "@/lib/metrics";
import { takeReceipt } from "../take-receipt";
import { keyOfForm } from "./refund-form";
import { payUnheldRefund } from "./refund-money";
import { reverseWhenAllIsBack, takeRefundShare } from "./refund-share";
import { announceRefunded } from "./settle-refund";

/** A way back that nobody here ordered, as a person says whose payment it took back. */
export interface ReversalByHand {
  readonly depositId: string;
  readonly customerId: string;
  /** The shortcode whose books show it. */
  readonly account: { readonly id: string; readonly shortcode: string };
  readonly amountCents: bigint;
  /** Of the payment that went back. */
  readonly receipt: string;
  /** Of the way back itself; null where M-Pesa's books show it under the payment's own. */
  readonly ownReceipt: string | null;
  readonly payer: "customer" | "merchant";
  readonly why: string;
  readonly decisionId: string;
  /** Whoever said so first; a second person who agreed has the audit row. */
  readonly requestedById: string;
}

/**
 * Books that M-Pesa took a payment of ours back without our order, as a refund that is done from the first: one
 * movement takes the money from the customer's balance or books it as the merchant's loss, and the deposit is
 * reversed when all of it has gone back. In the caller's transaction; returns the refund's id. Throws
 * `ConflictError` when the balance does not cover it, when so much is not left of the deposit, while another
 * refund of it is open, and when the receipt of the way back belongs to another payment.
 */
export async function bookReversalByHand(tx: Ctx, it: ReversalByHand): Promise<string> {
  const { depositId, customerId, account, amountCents, ownReceipt, payer } = it;
  await takeRefundShare(tx, { depositId, amountCents });
  const now = tx.now();
  const row = {
    ...{
      id: newId("refund", now.getTime()),
      merchantId: tx.merchantId,
      method: "reversal" as const,
    },
    ...{ state: "done" as const, amountCents, depositId, customerId, why: it.why },
    ...{ requestedById: it.requestedById, attemptKey: keyOfForm(it.decisionId, depositId) },
    ...{ accountId: account.id, receipt: it.receipt, providerReceipt: ownReceipt },
    ...{ deadlineAt: now, createdAt: now, settledAt: now },
  };
  const { count } = await tx.db.refund.createMany({ data: [row], skipDuplicates: true });
  if (count === 0) throw new ConflictError("refund_under_way");
  if (ownReceipt !== null) await keepReceipt(tx, row.id, it, ownReceipt);
  const movement = await payUnheldRefund(tx, row, {
    from: payer === "merchant" ? FEES : customerAvailable(customerId),
    provider: providerAccount(`mpesa:${account.shortcode}`),
  });
  const isReversed = await reverseWhenAllIsBack(tx, depositId);
  await recordAudit(tx, {
    action: "refund.done",
    subjectId: row.id,
    after: {
      amount: decimalFromCents(amountCents),
      of: depositId,
      evidence: "person",
      paid_by: payer,
      receipt: ownReceipt,
      decision: it.decisionId,
      movement,
    },
  });
  await announceRefunded(tx, row, { isReversed });
  metrics.refundsEnded.inc({ method: "reversal", result: "done" });
  return row.id;
}

async function keepReceipt(
  tx: Ctx,
  paymentId: string,
  { amountCents }: ReversalByHand,
  number: string,
): Promise<void> {
  const taken = await takeReceipt(tx, { provider: "mpesa", number, paymentId, amountCents });
  if (taken.kind === "taken") throw new ConflictError("receipt_taken");
  assert(taken.kind === "new", "money that went out stood in no suspense");
}
