import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { Refund } from "@/lib/generated/prisma/client";
import { assert, unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { providerAccount } from "@/lib/ledger/accounts";
import { metrics } from "@/lib/metrics";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { takeReceipt } from "../take-receipt";
import { emitBalance } from "../withdrawals/emit-balance";
import { moveRefund } from "./move-refund";
import { payOutRefundMoney } from "./refund-money";
import { GIVEN_BACK_TWICE, NOT_FOR_A_PERSON } from "./refund-reasons";
import { reverseWhenAllIsBack } from "./refund-share";
import { markReturned } from "./refunded-transaction";
import { tickReversalLine } from "./reversal-line";

/** Proof that M-Pesa gave a payment back. */
export interface RefundEvidence {
  readonly kind:
    | "reversal_result"
    /** M-Pesa says that the payment went back before, by this order or by another. */
    | "already_reversed"
    | "status_result"
    /** A line of M-Pesa's own books. */
    | "transaction"
    /** People decided, with whatever proof they had. */
    | "person";
  /** It tells the amount, and the amount is the one that was ordered. */
  readonly namesAmount: boolean;
  /** Of the way back, which is a payment of its own. Never made up. */
  readonly receipt: string | null;
}

export type SettleRefundResult =
  | "settled"
  | "already-settled"
  /** Its money was put back before: now a person decides. */
  | "contradiction"
  /** What was said before did not fit, and this proof does not say enough to overrule it. */
  | "for-a-person";

/**
 * The only verb that books a reversal as done. Given proof, it moves the refund to `done` and its money out of
 * what was held, takes the receipt of the way back, and reverses the deposit when all of it went back, all in
 * one Postgres transaction. The same proof again changes nothing, but brings a receipt that was missing. Money
 * that was put back already is not taken again: that is shown to a person, and the books stay as they are.
 */
export async function settleRefund(
  ctx: Ctx,
  input: { refundId: string; evidence: RefundEvidence },
): Promise<SettleRefundResult> {
  const { refundId, evidence } = input;
  const result = await withTransaction<SettleRefundResult>(ctx, async (tx) => {
    const moved = await moveRefund(
      tx,
      refundId,
      "complete",
      { reason: null, settledAt: tx.now(), nextCheckAt: null, providerReceipt: evidence.receipt },
      isWhole(evidence) ? {} : NOT_FOR_A_PERSON,
    );
    if (!moved) return tellWhyNot(tx, input);
    const refund = await tx.db.refund.findUniqueOrThrow({
      where: { id: refundId },
      include: { account: { select: { shortcode: true } } },
    });
    assert(refund.account, "a reversal is of a shortcode's payment");
    if (evidence.receipt !== null) await keepReceipt(tx, refund, evidence.receipt);
    const isReversed =
      refund.depositId !== null && (await reverseWhenAllIsBack(tx, refund.depositId));
    const from = providerAccount(`mpesa:${refund.account.shortcode}`);
    const movement = await payOutRefundMoney(tx, refund, from);
    if (refund.transactionId !== null) await markReturned(tx, refund);
    await recordAudit(tx, {
      action: "refund.done",
      subjectId: refundId,
      after: {
        amount: decimalFromCents(refund.amountCents),
        evidence: evidence.kind,
        receipt: evidence.receipt,
        movement,
      },
    });
    await announceRefunded(tx, refund, { isReversed });
    return "settled";
  });
  if (result === "settled") metrics.refundsEnded.inc({ method: "reversal", result: "done" });
  return result;
}

/** Writes down that a deposit is reversed, and tells the customer's browsers. */
export async function announceRefunded(
  tx: Ctx,
  refund: Pick<Refund, "id" | "depositId" | "customerId" | "amountCents">,
  { isReversed }: { isReversed: boolean },
): Promise<void> {
  const { id, depositId, customerId, amountCents } = refund;
  if (depositId === null || customerId === null) return;
  const amount = decimalFromCents(amountCents);
  if (isReversed) {
    const after = { refund: id };
    await recordAudit(tx, { action: "deposit.reversed", subjectId: depositId, after });
  }
  await emitLiveEvent(tx, customerId, {
    type: "deposit_refunded",
    payload: { deposit_id: depositId, refund_id: id, amount },
  });
  await emitBalance(tx, customerId);
}

/** One receipt, one payment, over every road and in both directions. */
async function keepReceipt(tx: Ctx, refund: Refund, number: string): Promise<void> {
  const { id: paymentId, amountCents } = refund;
  const taken = await takeReceipt(tx, { provider: "mpesa", number, paymentId, amountCents });
  assert(taken.kind === "new", "the receipt of a way back is nobody else's");
  await tickReversalLine(tx, refund, number);
}

/** Says by itself what went back, and under which receipt, or is a person's word: it outweighs an answer that did not fit. */
function isWhole({ kind, namesAmount, receipt }: RefundEvidence): boolean {
  return kind === "person" || (namesAmount && receipt !== null);
}

async function tellWhyNot(
  tx: Ctx,
  { refundId, evidence }: { refundId: string; evidence: RefundEvidence },
): Promise<Exclude<SettleRefundResult, "settled">> {
  const refund = await tx.db.refund.findUniqueOrThrow({ where: { id: refundId } });
  switch (refund.state) {
    case "done":
      await attachReceipt(tx, refund, evidence);
      return "already-settled";
    case "failed":
      if (refund.reason === "booked_by_another") return "already-settled";
      return tellContradiction(tx, refund, evidence);
    case "needs_review":
      return refund.reason === GIVEN_BACK_TWICE ? "contradiction" : "for-a-person";
    case "requested":
    case "awaiting_approval":
    case "sending":
    case "submitted":
      return "for-a-person";
    default:
      return unreachable(refund.state);
  }
}

/** "Reversed before" brings no receipt; under which number it went back is told later. */
async function attachReceipt(tx: Ctx, refund: Refund, evidence: RefundEvidence): Promise<void> {
  const { receipt } = evidence;
  if (refund.providerReceipt !== null || receipt === null) return;
  const { count } = await tx.db.refund.updateMany({
    where: { id: refund.id, state: "done", providerReceipt: null },
    data: { providerReceipt: receipt },
  });
  if (count === 0) return;
  await keepReceipt(tx, refund, receipt);
  await recordAudit(tx, {
    action: "refund.receipt_attached",
    subjectId: refund.id,
    after: { receipt, evidence: evidence.kind },
  });
}

async function tellContradiction(
  tx: Ctx,
  refund: Refund,
  evidence: RefundEvidence,
): Promise<"contradiction"> {
  const { receipt } = evidence;
  const told = await moveRefund(tx, refund.id, "contradict", {
    reason: GIVEN_BACK_TWICE,
    providerReceipt: receipt,
    nextCheckAt: null,
  });
  if (!told) return "contradiction";
  // It went back under this number, whatever becomes of it: nothing else may be proved by it.
  if (receipt !== null) await keepReceipt(tx, refund, receipt);
  await recordAudit(tx, {
    action: "refund.done_after_put_back",
    subjectId: refund.id,
    after: { evidence: evidence.kind, receipt },
  });
  return "contradiction";
}
