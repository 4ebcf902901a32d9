import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ConflictError, ForbiddenError, InvalidInputError } from "@/lib/errors";
import { enqueue } from "@/lib/jobs/queue";
import { newId } from "@/lib/kit/ids";
import { accountOfDeposit, mayBeAsked } from "./account-of-deposit";
import { readReason } from "./decide";
import { findDepositToReview, mayBeCredited, type DepositToReview } from "./find-deposit-to-review";
import { askReceiptJob } from "./jobs";
import { lockSubjects } from "../lock-subjects";
import { SubjectEnded } from "./review-action";
import { TypedReceipt } from "./typed-params";

/**
 * Keeps a question about a receipt that staff copied from a customer's SMS, and has the worker ask M-Pesa.
 * The answer is the proof: it credits the deposit by itself where everything fits. The same question that
 * is still open is not asked twice. Throws `ForbiddenError` for anyone but staff, `NotFoundError`,
 * `InvalidInputError` for a receipt or reason that is none, and `ConflictError` where the deposit cannot
 * be credited any more or M-Pesa cannot be asked.
 */
export async function askReceipt(
  ctx: Ctx,
  input: { depositId: string; receipt: string; reason: string },
): Promise<{ queryId: string }> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const { depositId } = input;
  const receipt = readTypedReceipt(input.receipt);
  const reason = readReason(input.reason);
  return withTransaction(ctx, async (tx) => {
    await lockSubjects(tx, [depositId]);
    const deposit = await findDepositToReview(tx, depositId);
    if (!mayBeProven(deposit)) throw new SubjectEnded();
    const account = await accountOfDeposit(tx, deposit);
    if (!mayBeAsked(account)) throw new ConflictError("cannot_ask_mpesa");
    const open = await tx.db.receiptQuery.findFirst({
      where: { depositId, receipt, answeredAt: null, outcome: null },
      select: { id: true },
    });
    if (open) return { queryId: open.id };
    const now = tx.now();
    const queryId = newId("receiptQuery", now.getTime());
    await tx.db.receiptQuery.create({
      data: {
        id: queryId,
        merchantId: tx.merchantId,
        accountId: account.id,
        askedById: tx.actor.id,
        askedAt: now,
        ...{ receipt, depositId, reason },
      },
      select: { id: true },
    });
    await enqueue(
      tx,
      askReceiptJob,
      { merchantId: tx.merchantId, queryId },
      { key: `receipt:${queryId}` },
    );
    await recordAudit(tx, {
      action: "review.receipt_asked",
      subjectId: depositId,
      after: { receipt, reason, query: queryId },
    });
    return { queryId };
  });
}

/** A receipt proves what may still be credited, and what was credited before anybody knew its receipt. */
export function mayBeProven(
  deposit: Pick<DepositToReview, "method" | "state" | "providerReceipt">,
): boolean {
  const { method, state, providerReceipt } = deposit;
  if (method !== "mpesa") return false;
  return mayBeCredited(deposit) || (state === "paid" && providerReceipt === null);
}

function readTypedReceipt(typed: string): string {
  const read = TypedReceipt.safeParse(typed);
  if (read.success) return read.data;
  throw new InvalidInputError({ receipt: read.error.issues[0]?.message ?? "bad_shape" });
}
