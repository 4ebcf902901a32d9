import { z } from "zod";
import type { Ctx } from "@/lib/context";
import { ConflictError, NotFoundError } from "@/lib/errors";
import type { Deposit, ProviderAccount, Refund, StkPush } from "@/lib/generated/prisma/client";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { bookReversalByHand } from "@/lib/payments/refunds/book-reversal-by-hand";
import { closeBookedReversal } from "@/lib/payments/refunds/close-booked-reversal";
import {
  endContradictedReversal,
  type Payer,
} from "@/lib/payments/refunds/end-contradicted-reversal";
import { GIVEN_BACK_TWICE } from "@/lib/payments/refunds/refund-reasons";
import { proposerOf } from "./proposer-of";
import { refuseUsedReceipt } from "./refuse-used-receipt";
import { reviewAction, SubjectEnded, type BindAction } from "./review-action";
import { MaybeReceipt } from "./typed-params";

const ProofParams = z.object({
  /** Of the way back, as the statement shows it. */
  receipt: MaybeReceipt,
});
const NoParams = z.object({});

/** Takes it from where it was put back: the customer's balance, or suspense. */
export const takeRefundAgain = endContradiction("holder");
/** Lets the customer keep it: the merchant has lost the amount. */
export const bookRefundAsLoss = endContradiction("merchant");

/** Another refund of the same payment has booked it: M-Pesa gave it back once. */
export const closeRefundAsBooked = reviewAction<z.infer<typeof NoParams>>({
  params: NoParams,
  async weigh(ctx, subjectId) {
    const { refund } = await findContradiction(ctx, subjectId);
    if ((await findBooked(ctx, refund)) === null) throw new ConflictError("refund_not_booked");
    // Nothing moves.
    return { amountCents: 0n, customerId: null, parties: [] };
  },
  async carryOut(tx, { id: decisionId, subjectId: refundId }) {
    const { refund } = await findContradiction(tx, refundId);
    const bookedBy = await findBooked(tx, refund);
    if (bookedBy === null) throw new SubjectEnded();
    if (!(await closeBookedReversal(tx, { refundId, bookedBy, decisionId })))
      throw new SubjectEnded();
  },
});

function endContradiction(payer: Payer): BindAction {
  return reviewAction<z.infer<typeof ProofParams>>({
    params: ProofParams,
    async weigh(ctx, subjectId, { receipt }) {
      const { refund, deposit } = await findContradiction(ctx, subjectId);
      const { amountCents } = refund;
      if ((await findBooked(ctx, refund)) !== null) throw new ConflictError("refund_nothing_left");
      if (receipt !== null && refund.providerReceipt === null)
        await refuseUsedReceipt(ctx, { provider: "mpesa", receipt, amountCents });
      if (deposit === null) {
        // It is nobody's still, so nobody could keep it.
        if (payer === "merchant") throw new ConflictError("refund_in_suspense");
        return { amountCents, customerId: null, parties: [] };
      }
      const { customerId, stkPush } = deposit;
      if (payer === "holder") await refuseSpent(ctx, { customerId, amountCents });
      const gains = payer === "merchant" ? customerId : null;
      return { amountCents, customerId: gains, parties: stkPush ? [stkPush.phoneHash] : [] };
    },
    async carryOut(tx, { id: decisionId, subjectId: refundId, reason: why }, { receipt }) {
      const { refund, deposit } = await findContradiction(tx, refundId);
      if (deposit === null || deposit.id === refund.depositId) {
        const how = { refundId, payer, receipt, decisionId };
        if (!(await endContradictedReversal(tx, how))) throw new SubjectEnded();
        return;
      }
      // It stood in suspense when it was put back, and was given to a customer since.
      const bookedBy = await bookReversalByHand(tx, {
        ...{ depositId: deposit.id, customerId: deposit.customerId, why, decisionId },
        ...{ amountCents: refund.amountCents, account: refund.account },
        receipt: refund.receipt ?? "",
        ownReceipt: refund.providerReceipt === null ? receipt : null,
        payer: payer === "merchant" ? "merchant" : "customer",
        requestedById: await proposerOf(tx, decisionId),
      });
      if (!(await closeBookedReversal(tx, { refundId, bookedBy, decisionId })))
        throw new SubjectEnded();
    },
  });
}

interface Contradiction {
  readonly refund: Refund & { account: ProviderAccount };
  /** Whose money it is now; null while it is nobody's. */
  readonly deposit: (Deposit & { stkPush: Pick<StkPush, "phoneHash"> | null }) | null;
}

async function findContradiction(ctx: Ctx, refundId: string): Promise<Contradiction> {
  const { merchantId } = ctx;
  const refund = await ctx.db.refund.findFirst({
    where: { id: refundId, merchantId },
    include: { account: true },
  });
  if (!refund) throw new NotFoundError();
  const { account, state, reason } = refund;
  // One by a voucher is ended as the withdrawal that it is.
  if (state !== "needs_review" || reason !== GIVEN_BACK_TWICE || account === null)
    throw new SubjectEnded();
  const depositId = refund.depositId ?? (await depositOfLine(ctx, refund));
  const deposit =
    depositId === null
      ? null
      : await ctx.db.deposit.findFirst({
          where: { id: depositId, merchantId },
          include: { stkPush: { select: { phoneHash: true } } },
        });
  return { refund: { ...refund, account }, deposit };
}

/** True while what went back was never anybody's here. */
export async function isNobodysMoney(ctx: Ctx, refund: Refund): Promise<boolean> {
  return refund.depositId === null && (await depositOfLine(ctx, refund)) === null;
}

/** The deposit that money which was nobody's has become since it was put back; null for none. */
async function depositOfLine(
  { db, merchantId }: Ctx,
  { transactionId }: Refund,
): Promise<string | null> {
  const line = await db.providerTransaction.findFirst({
    where: { id: transactionId ?? "", merchantId, standing: "matched" },
    select: { paymentId: true },
  });
  const deposit = await db.deposit.findFirst({
    where: { id: line?.paymentId ?? "", merchantId },
    select: { id: true },
  });
  return deposit?.id ?? null;
}

/** The refund that is done of the same payment; null for none. */
export async function findBooked(
  { db, merchantId }: Ctx,
  { id, accountId, receipt }: Pick<Refund, "id" | "accountId" | "receipt">,
): Promise<string | null> {
  const booked = await db.refund.findFirst({
    where: { id: { not: id }, merchantId, accountId, receipt, state: "done", method: "reversal" },
    select: { id: true },
  });
  return booked?.id ?? null;
}

/** Throws where the customer has too little to take it from. */
export async function refuseSpent(
  { db, merchantId }: Ctx,
  { customerId, amountCents }: { customerId: string; amountCents: bigint },
): Promise<void> {
  const { availableCents } = await readCustomerBalance(db, { merchantId, customerId });
  if (availableCents < amountCents) throw new ConflictError("balance_does_not_cover");
}
