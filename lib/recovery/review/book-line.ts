import { z } from "zod";
import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { ConflictError } from "@/lib/errors";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { FEES, IN_TRANSIT, providerAccount, type AccountRef } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { amountOfPayment } from "../transactions/amount-of-payment";
import { CHARGE_KIND, TRANSFER_KIND } from "../transactions/match-transaction";
import { findTransactionToReview } from "./find-transaction-to-review";
import { reviewAction, SubjectEnded, type BindAction } from "./review-action";

const Params = z.object({});

/** The movement of what a payment's line shows beyond, or short of, what we had booked for it. */
export const DIFFERENCE_KIND = "provider_difference";

/** It went between the business's own accounts, or to its bank: nobody's balance changes. */
export const bookAsOwn = bookWhole(TRANSFER_KIND, IN_TRANSIT);
/** It is a charge or another cost of the business, or a loss. */
export const bookAsCost = bookWhole(CHARGE_KIND, FEES);

/** Books a line that no payment of ours explains as what a person says it is, as machines book what they know. */
function bookWhole(kind: string, account: AccountRef): BindAction {
  return reviewAction<z.infer<typeof Params>>({
    params: Params,
    async weigh(ctx, subjectId) {
      const { amountCents } = await findTransactionToReview(ctx, subjectId, ["unmatched"]);
      return { amountCents: sizeOf(amountCents), customerId: null, parties: [], isSpent: true };
    },
    async carryOut(tx, { id: decision, subjectId }) {
      const line = await findTransactionToReview(tx, subjectId, ["unmatched"]);
      const { amountCents } = line;
      const movement = await post(tx, line, { kind, ref: line.id, account, amountCents });
      await settle(tx, line, "booked");
      await recordAudit(tx, {
        action: `transaction.${kind}`,
        subjectId,
        after: { amount: decimalFromCents(amountCents), movement, decision },
      });
    },
  });
}

/**
 * Takes the provider's amount for true where a payment of ours has the line's receipt and another amount: the
 * difference is the merchant's, and no customer's balance changes.
 */
export const bookDifference = reviewAction<z.infer<typeof Params>>({
  params: Params,
  async weigh(ctx, subjectId) {
    const line = await findTransactionToReview(ctx, subjectId, ["unmatched"]);
    const difference = await differenceOf(ctx, line);
    if (difference === null) throw new ConflictError("payment_does_not_fit");
    const amountCents = sizeOf(difference);
    return { amountCents, customerId: null, parties: [], isSpent: true };
  },
  async carryOut(tx, { id: decision, subjectId }) {
    const line = await findTransactionToReview(tx, subjectId, ["unmatched"]);
    const amountCents = await differenceOf(tx, line);
    if (amountCents === null || line.paymentId === null) throw new SubjectEnded();
    const { paymentId } = line;
    const movement = await post(tx, line, {
      kind: DIFFERENCE_KIND,
      // The closing report puts the payment and its line side by side by the first id of the reference.
      ref: `${paymentId}:${line.id}`,
      account: FEES,
      amountCents,
    });
    await settle(tx, line, "matched");
    await recordAudit(tx, {
      action: `transaction.${DIFFERENCE_KIND}`,
      subjectId,
      after: { amount: decimalFromCents(amountCents), payment: paymentId, movement, decision },
    });
  },
});

/**
 * By how much a line differs from what was booked for its payment, negative where more went out or less came
 * in; null where it is no such line: it goes another way than the payment, or another line is the payment's.
 */
export async function differenceOf(ctx: Ctx, line: ProviderTransaction): Promise<bigint | null> {
  const { cause, paymentId, amountCents, receipt } = line;
  if (cause !== "amount_differs" || paymentId === null) return null;
  const bookedCents = await amountOfPayment(ctx, paymentId, line);
  const isSameWay = bookedCents !== null && bookedCents > 0n === amountCents > 0n;
  if (!isSameWay || bookedCents === amountCents) return null;
  const { merchantId } = ctx;
  const another = await ctx.db.providerTransaction.findFirst({
    where: { merchantId, paymentId, receipt, kind: line.kind, standing: "matched" },
    select: { id: true },
  });
  return another ? null : amountCents - bookedCents;
}

function sizeOf(cents: bigint): bigint {
  return cents < 0n ? -cents : cents;
}

/** What the provider holds changes by the amount; the account given has the other side. */
async function post(
  tx: Ctx,
  line: ProviderTransaction,
  movement: { kind: string; ref: string; account: AccountRef; amountCents: bigint },
): Promise<string> {
  const { kind, ref, account, amountCents } = movement;
  const { shortcode } = await tx.db.providerAccount.findUniqueOrThrow({
    where: { id: line.accountId },
    select: { shortcode: true },
  });
  const posted = await postMovement(tx.db, {
    merchantId: tx.merchantId,
    ...{ kind, ref, now: tx.now() },
    lines: [
      { account: providerAccount(`mpesa:${shortcode}`), amountCents: -amountCents },
      { account, amountCents },
    ],
  });
  assert(posted.kind === "posted", "a line that nothing explains was not booked");
  return posted.movementId;
}

/** It is no task any more. */
async function settle(
  tx: Ctx,
  { id }: ProviderTransaction,
  standing: "booked" | "matched",
): Promise<void> {
  const { count } = await tx.db.providerTransaction.updateMany({
    where: { id, merchantId: tx.merchantId, standing: "unmatched" },
    data: { standing, cause: null, settledAt: tx.now() },
  });
  if (count === 0) throw new SubjectEnded();
}
