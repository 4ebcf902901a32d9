import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { newId } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import { addMs } from "@/lib/kit/time";
import { attachStkReceipt } from "@/lib/payments/attach-stk-receipt";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { ownerOfReceipt } from "@/lib/payments/take-receipt";
import { matchTransaction } from "../transactions/match-transaction";
import { DECISION_ENDS_AFTER_MS } from "./decide";
import type { Asked } from "./find-asked";
import {
  findDepositToReview,
  mayBeCredited,
  partiesOfDeposit,
  type DepositToReview,
} from "./find-deposit-to-review";
import { needsSecondPerson } from "./needs-second-person";
import type { QueryOutcome } from "./query-outcomes";
import type { Told } from "./told";

type Proof = Told & { readonly transactionId: string };

/**
 * What follows from a payment that M-Pesa says was made to us, in the caller's transaction, which has locked
 * the deposit: the deposit is credited or gets its receipt, or the money waits in suspense while people
 * decide. The line of M-Pesa's books ends where its money is.
 */
export async function concludeAnswer(tx: Ctx, query: Asked, proof: Proof): Promise<QueryOutcome> {
  const outcome = await applyProof(tx, query, proof);
  await matchTransaction(tx, { transactionId: proof.transactionId });
  return outcome;
}

async function applyProof(tx: Ctx, query: Asked, proof: Proof): Promise<QueryOutcome> {
  const { depositId, receipt: number } = query;
  const { amountCents } = proof;
  const ownerId = await ownerOfReceipt(tx, { provider: "mpesa", number, amountCents });
  if (ownerId !== null) return ownerId === depositId ? "same" : "taken";
  if (depositId === null) return "in_suspense";
  const deposit = await findDepositToReview(tx, depositId);
  if (deposit.state === "paid" && deposit.providerReceipt === null)
    return attach(tx, deposit, query, proof);
  if (!mayBeCredited(deposit)) return "deposit_ended";
  if (deposit.askedCents !== proof.amountCents) return "other_amount";
  return propose(tx, deposit, query, proof);
}

async function attach(
  tx: Ctx,
  { id: depositId, paidCents }: DepositToReview,
  { receipt }: Asked,
  { amountCents, finishedAt, payer }: Proof,
): Promise<QueryOutcome> {
  if (paidCents !== amountCents) return "deposit_ended";
  const paid = { depositId, receipt, paidAt: finishedAt, payerMasked: payer };
  return (await attachStkReceipt(tx, paid)) === "attached" ? "attached" : "taken";
}

/** Credits it as whoever asked decided, or has a second person look at it first. */
async function propose(
  tx: Ctx,
  deposit: DepositToReview,
  query: Asked,
  proof: Proof,
): Promise<QueryOutcome> {
  const { amountCents, finishedAt, payer } = proof;
  const { customerId } = deposit;
  const weighed = { amountCents, customerId, parties: partiesOfDeposit(deposit) };
  const waits = await needsSecondPerson(tx, weighed, query.askedById);
  if (await isDecisionWaiting(tx, deposit.id)) return "for_decision";
  const now = tx.now();
  const decisionId = newId("decision", now.getTime());
  await tx.db.reviewDecision.create({
    data: {
      id: decisionId,
      merchantId: tx.merchantId,
      subjectId: deposit.id,
      action: "credit_proven",
      params: { queryId: query.id },
      amountCents,
      reason: query.reason,
      state: waits ? "waiting" : "carried_out",
      proposedById: query.askedById,
      proposedAt: now,
      decidedAt: waits ? null : now,
      deadlineAt: addMs(now, DECISION_ENDS_AFTER_MS),
    },
    select: { id: true },
  });
  await recordAudit(tx, {
    action: waits ? "review.proposed" : "review.carried_out",
    subjectId: deposit.id,
    after: {
      decision: decisionId,
      action: "credit_proven",
      amount: decimalFromCents(amountCents),
      reason: query.reason,
      asked_by: query.askedById,
      params: { queryId: query.id },
    },
  });
  if (waits) return "waiting";
  await settleDeposit(tx, {
    depositId: deposit.id,
    evidence: {
      kind: "status",
      accountId: query.accountId,
      amountCents,
      receipt: query.receipt,
      paidAt: finishedAt,
      payerMasked: payer,
    },
  });
  return "credited";
}

async function isDecisionWaiting(tx: Ctx, subjectId: string): Promise<boolean> {
  const open = await tx.db.reviewDecision.findFirst({
    where: { subjectId, state: "waiting" },
    select: { id: true },
  });
  return open !== null;
}
