import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { encrypt, keyedHash } from "@/lib/crypto";
import { ConflictError } from "@/lib/errors";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { maskVoucherCode } from "@/lib/kit/voucher-code";
import { customerAvailable, FEES, providerAccount } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { isOverdraft } from "@/lib/ledger/overdraft";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { endContradictedRefund } from "@/lib/payments/refunds/end-contradicted-refund";
import { balanceForEvent } from "@/lib/payments/withdrawals/emit-balance";
import { receiptSpaceOf } from "@/lib/payments/withdrawals/settle-withdrawal";
import { findWithdrawalInReview } from "./find-withdrawal-in-review";
import { reviewAction, SubjectEnded, type BindAction } from "./review-action";
import { codeOf, PayoutProof, refuseBadProof } from "./say-withdrawal-paid";
import { tickOutgoing } from "./tick-outgoing";

/** The movement that ends a withdrawal which was given back and paid as well: there is one at most. */
export const CONTRADICTION_KIND = "withdrawal_contradiction";

/** Takes amount and fee from the customer, who has the money twice. */
export const takeFromCustomer = endContradiction("customer");
/** Lets the customer keep it: the merchant has lost the amount. */
export const bookAsLoss = endContradiction("merchant");

function endContradiction(payer: "customer" | "merchant"): BindAction {
  return reviewAction<PayoutProof>({
    params: PayoutProof,
    async weigh(ctx, subjectId, proof) {
      const withdrawal = await findWithdrawalInReview(ctx, subjectId, { isContradiction: true });
      await refuseBadProof(ctx, withdrawal, proof);
      const { amountCents, feeCents, customerId, destinationHash } = withdrawal;
      const owedCents = payer === "customer" ? amountCents + feeCents : amountCents;
      if (payer === "customer") {
        const owner = { merchantId: ctx.merchantId, customerId };
        const { availableCents } = await readCustomerBalance(ctx.db, owner);
        if (availableCents < owedCents) throw new ConflictError("balance_does_not_cover");
      }
      const gains = payer === "merchant" ? customerId : null;
      return { amountCents: owedCents, customerId: gains, parties: [destinationHash] };
    },
    async carryOut(tx, { id: decisionId, subjectId }, proof) {
      const known = await findWithdrawalInReview(tx, subjectId, { isContradiction: true });
      const { count } = await tx.db.withdrawal.updateMany({
        where: { id: subjectId, state: "needs_review", reason: "contradiction" },
        data: {
          state: "paid",
          reason: null,
          settledAt: tx.now(),
          nextCheckAt: null,
          ...(known.providerReceipt === null && { providerReceipt: proof.receipt }),
          ...codeColumns(codeOf(proof)),
        },
      });
      if (count === 0) throw new SubjectEnded();
      // Its refund and deposit before any receipt and balance, as everywhere.
      await endContradictedRefund(tx, subjectId);
      await keepReceipt(tx, known, proof.receipt);
      const movementId = await post(tx, known, payer);
      await recordAudit(tx, {
        action: "withdrawal.paid",
        subjectId,
        before: { state: "needs_review", reason: "contradiction" },
        after: {
          amount: decimalFromCents(known.amountCents),
          paid_by: payer,
          evidence: "person",
          receipt: known.providerReceipt ?? proof.receipt,
          decision: decisionId,
          movement: movementId,
        },
      });
      await emitLiveEvent(tx, known.customerId, {
        type: "withdrawal_paid",
        payload: {
          withdrawal_id: subjectId,
          amount: decimalFromCents(known.amountCents),
          ...(await balanceForEvent(tx, known.customerId)),
        },
      });
      await tickOutgoing(tx, proof.receipt ?? known.providerReceipt);
    },
  });
}

type Known = Awaited<ReturnType<typeof findWithdrawalInReview>>;

function codeColumns(code: string | null) {
  if (code === null) return {};
  return {
    voucherCodeHash: keyedHash("voucher", code),
    voucherCodeCipher: encrypt(Buffer.from(code)),
    voucherCodeMasked: maskVoucherCode(code),
  };
}

/** The receipt it was paid under is kept already when the provider named it. */
async function keepReceipt(tx: Ctx, withdrawal: Known, number: string | null): Promise<void> {
  if (number === null || withdrawal.providerReceipt !== null) return;
  await tx.db.receipt.createMany({
    data: {
      provider: receiptSpaceOf(withdrawal.method),
      number,
      merchantId: tx.merchantId,
      paymentId: withdrawal.id,
      createdAt: tx.now(),
    },
  });
}

/** The provider holds so much less; whoever pays for it had it back, or loses it. */
async function post(tx: Ctx, withdrawal: Known, payer: "customer" | "merchant"): Promise<string> {
  const { id, customerId, amountCents, feeCents } = withdrawal;
  const account = await tx.db.providerAccount.findFirst({
    where: { id: withdrawal.accountId ?? "" },
    select: { shortcode: true },
  });
  const paidFrom = providerAccount(account ? `mpesa:${account.shortcode}` : "pesavoucher");
  const earned =
    payer === "customer" && feeCents > 0n ? [{ account: FEES, amountCents: feeCents }] : [];
  const owed =
    payer === "customer"
      ? { account: customerAvailable(customerId), amountCents: -(amountCents + feeCents) }
      : { account: FEES, amountCents: -amountCents };
  try {
    const posted = await postMovement(tx.db, {
      merchantId: tx.merchantId,
      kind: CONTRADICTION_KIND,
      ref: id,
      now: tx.now(),
      lines: [owed, { account: paidFrom, amountCents }, ...earned],
    });
    assert(posted.kind === "posted", "a contradiction ends once");
    return posted.movementId;
  } catch (error) {
    if (isOverdraft(error)) throw new ConflictError("balance_does_not_cover");
    throw error;
  }
}
