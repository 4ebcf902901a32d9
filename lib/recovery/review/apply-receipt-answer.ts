import { withTransaction, type Ctx } from "@/lib/context";
import { unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import type { Applied } from "@/lib/payments/applied";
import { takeTurnOf } from "@/lib/payments/take-turn-of";
import {
  readTransactionStatus,
  type InitiatorResult,
  type TransactionStatusResult,
} from "@/lib/providers/daraja/initiator-result";
import { readStatusCode } from "@/lib/providers/daraja/payout-codes";
import { recordTransaction } from "../transactions/record-transaction";
import { concludeAnswer } from "./conclude-answer";
import { findAsked, type Asked } from "./find-asked";
import { lockSubjects } from "../lock-subjects";
import type { QueryOutcome } from "./query-outcomes";
import { storeTold } from "./told";

/**
 * Works M-Pesa's answer about a receipt that staff typed. A completed payment to our shortcode is a line of
 * M-Pesa's books like any other: it is stored, and pays the deposit it was asked for where everything fits.
 * All else is kept with the question, for whoever asked. A late answer counts as well.
 */
export async function applyReceiptAnswer(
  ctx: Omit<Ctx, "merchantId">,
  message: { queryId: string; secretHash: string; receivedAt: Date; result: InitiatorResult },
): Promise<Applied> {
  const asked = await findAsked(ctx, message);
  if ("outcome" in asked) return asked;
  const { own, query } = asked;
  const { result } = message;
  const said = readStatusCode(result.resultCode, result.resultText);
  switch (said.class) {
    case "success":
      return applyTold(own, query, result);
    case "not_found":
      return keep(own, query, result, "not_found");
    case "setup":
      return keep(own, query, result, "refused");
    case "pending":
    case "unknown":
      return keep(own, query, result, "unclear");
    default:
      return unreachable(said.class);
  }
}

async function applyTold(ctx: Ctx, query: Asked, result: InitiatorResult): Promise<Applied> {
  const told = readTransactionStatus(result);
  if (told.receipt !== query.receipt) {
    const note = "about another receipt than was asked for";
    return { outcome: "quarantined", note, subjectId: query.depositId };
  }
  const doubt = whyNoProof(query, told);
  if (doubt) return keep(ctx, query, result, doubt);
  const { amountCents } = told;
  if (amountCents === null) return keep(ctx, query, result, "unclear");
  const outcome = await withTransaction(ctx, async (tx) => {
    await takeTurnOf(tx, query.askedById);
    if (query.depositId !== null) await lockSubjects(tx, [query.depositId]);
    if (!(await takeAnswer(tx, query, result, null))) return null;
    const { transactionId } = await recordTransaction(tx, {
      accountId: query.accountId,
      kind: "payment_in",
      receipt: query.receipt,
      amountCents,
      occurredAt: told.finishedAt ?? tx.now(),
      reference: null,
      details: "told by M-Pesa when staff asked about the receipt",
      payer: told.debitParty,
      originalReceipt: null,
      source: "status",
    });
    const proof = {
      transactionId,
      amountCents,
      finishedAt: told.finishedAt,
      payer: told.debitParty,
    };
    const outcome = await concludeAnswer(tx, query, proof);
    await tx.db.receiptQuery.update({
      where: { id: query.id },
      data: { outcome, told: storeTold(proof) },
      select: { id: true },
    });
    return outcome;
  });
  return outcome === null
    ? { outcome: "duplicate", note: "answered before", subjectId: query.depositId }
    : appliedOf(query, `${decimalFromCents(amountCents)} paid to us: ${outcome}`);
}

/** Why a payment M-Pesa knows proves none to us; null when it does. */
function whyNoProof(query: Asked, told: TransactionStatusResult): QueryOutcome | null {
  if (told.status === null || told.status === "unclear") return "unclear";
  if (told.status !== "completed") return "not_completed";
  const { shortcode, tillNumber } = query.account;
  if (told.creditShortcode === null) return "other_receiver";
  return [shortcode, tillNumber].includes(told.creditShortcode) ? null : "other_receiver";
}

async function keep(
  ctx: Ctx,
  query: Asked,
  result: InitiatorResult,
  outcome: QueryOutcome,
): Promise<Applied> {
  const isFirst = await takeAnswer(ctx, query, result, outcome);
  return isFirst
    ? appliedOf(query, `the receipt proves no payment to us: ${outcome}`)
    : { outcome: "duplicate", note: "answered before", subjectId: query.depositId };
}

/** False when the question was answered before. One that was given up is still answered. */
async function takeAnswer(
  ctx: Ctx,
  query: Asked,
  { resultCode, resultText }: InitiatorResult,
  outcome: QueryOutcome | null,
): Promise<boolean> {
  const { count } = await ctx.db.receiptQuery.updateMany({
    where: { id: query.id, answeredAt: null },
    data: { answeredAt: ctx.now(), outcome, resultCode, resultText },
  });
  return count === 1;
}

function appliedOf(query: Asked, note: string): Applied {
  return { outcome: "applied", note, subjectId: query.depositId };
}
