import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { encrypt, keyedHash } from "@/lib/crypto";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { maskVoucherCode } from "@/lib/kit/voucher-code";
import { providerAccount, type AccountRef } from "@/lib/ledger/accounts";
import { metrics } from "@/lib/metrics";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { balanceForEvent } from "./emit-balance";
import { endHold } from "./end-hold";
import { moveWithdrawal } from "./move-withdrawal";
import { rememberPayee } from "./remember-payee";

/** Proof that the provider paid. */
export type PayoutEvidence =
  | {
      readonly kind: "b2c_result" | "status_result";
      readonly receipt: string | null;
      /** Masked; null when M-Pesa did not say whom it paid. */
      readonly receiverName: string | null;
    }
  | {
      readonly kind: "issued" | "voucher_created";
      readonly code: string;
      /** The provider's id of the voucher. */
      readonly receipt: string | null;
    };

export type SettleWithdrawalResult =
  | "settled"
  | "already-settled"
  /** Its money was given back before: now a person decides. */
  | "contradiction";

/**
 * The only verb that pays out in the books. Given proof, it moves the withdrawal to `paid`, and amount and
 * fee out of what was held, with receipt, audit and live event, all in one Postgres transaction. The same
 * proof again changes nothing. Money that was given back already is not taken again: that is shown to a
 * person, and the books stay as they are.
 */
export async function settleWithdrawal(
  ctx: Ctx,
  input: { withdrawalId: string; evidence: PayoutEvidence },
): Promise<SettleWithdrawalResult> {
  const { withdrawalId, evidence } = input;
  const result = await withTransaction(ctx, async (tx) => {
    const moved = await moveWithdrawal(tx, withdrawalId, "pay", {
      reason: null,
      settledAt: tx.now(),
      nextCheckAt: null,
      ...whatItBrings(evidence),
    });
    if (!moved) return tellContradiction(tx, input);
    const withdrawal = await tx.db.withdrawal.findUniqueOrThrow({
      where: { id: withdrawalId },
      include: { account: { select: { shortcode: true } } },
    });
    if (evidence.receipt !== null) await keepReceipt(tx, withdrawal, evidence.receipt);
    const movementId = await endHold(tx, withdrawal, receiversOf(withdrawal), { givesBack: false });
    await rememberPayee(tx, withdrawal);
    await recordAudit(tx, {
      action: "withdrawal.paid",
      subjectId: withdrawalId,
      after: {
        amount: decimalFromCents(withdrawal.amountCents),
        fee: decimalFromCents(withdrawal.feeCents),
        evidence: evidence.kind,
        movement: movementId,
      },
    });
    await emitLiveEvent(tx, withdrawal.customerId, {
      type: "withdrawal_paid",
      payload: {
        withdrawal_id: withdrawalId,
        amount: decimalFromCents(withdrawal.amountCents),
        ...(await balanceForEvent(tx, withdrawal.customerId)),
      },
    });
    return { kind: "settled" as const, method: withdrawal.method };
  });
  if (result.kind === "settled") {
    metrics.withdrawalsEnded.inc({ method: result.method, result: "paid" });
  }
  return result.kind;
}

/** What the proof tells of the payment beside that it happened. */
function whatItBrings(evidence: PayoutEvidence) {
  const { receipt } = evidence;
  if ("code" in evidence) {
    const { code } = evidence;
    return {
      providerReceipt: receipt,
      voucherCodeHash: keyedHash("voucher", code),
      voucherCodeCipher: encrypt(Buffer.from(code)),
      voucherCodeMasked: maskVoucherCode(code),
    };
  }
  // A result without a name must not wipe out one that was told before.
  const { receiverName } = evidence;
  return { providerReceipt: receipt, ...(receiverName !== null && { receiverName }) };
}

/** One receipt, one payment, over every road and in both directions. */
async function keepReceipt(tx: Ctx, withdrawal: Withdrawal, number: string): Promise<void> {
  await tx.db.receipt.create({
    data: {
      provider: receiptSpaceOf(withdrawal.method),
      number,
      merchantId: tx.merchantId,
      paymentId: withdrawal.id,
      createdAt: tx.now(),
    },
    select: { number: true },
  });
}

/** Whose numbering a receipt belongs to: a voucher's transaction id is no M-Pesa receipt. */
export function receiptSpaceOf(method: Withdrawal["method"]): string {
  return method === "mpesa" ? "mpesa" : "pesavoucher:payout";
}

/** The provider owes the merchant so much less, and the merchant has earned its fee. */
function receiversOf(
  withdrawal: Withdrawal & { account: { shortcode: string } | null },
): { account: AccountRef; amountCents: bigint }[] {
  const { account, amountCents, feeCents } = withdrawal;
  const name = account ? `mpesa:${account.shortcode}` : "pesavoucher";
  const fee = { account: { kind: "fees", owner: "" } as const, amountCents: feeCents };
  return [{ account: providerAccount(name), amountCents }, ...(feeCents > 0n ? [fee] : [])];
}

async function tellContradiction(
  tx: Ctx,
  input: { withdrawalId: string; evidence: PayoutEvidence },
): Promise<{ kind: "already-settled" } | { kind: "contradiction" }> {
  const { withdrawalId, evidence } = input;
  const { receipt } = evidence;
  const told = await moveWithdrawal(tx, withdrawalId, "contradict", {
    reason: "contradiction",
    providerReceipt: receipt,
    nextCheckAt: null,
  });
  if (!told) {
    const { state } = await tx.db.withdrawal.findUniqueOrThrow({
      where: { id: withdrawalId },
      select: { state: true },
    });
    return state === "paid" ? { kind: "already-settled" } : { kind: "contradiction" };
  }
  const { customerId } = await tx.db.withdrawal.findUniqueOrThrow({
    where: { id: withdrawalId },
    select: { customerId: true },
  });
  await recordAudit(tx, {
    action: "withdrawal.paid_after_given_back",
    subjectId: withdrawalId,
    after: { evidence: evidence.kind, receipt },
  });
  await emitLiveEvent(tx, customerId, {
    type: "withdrawal_changed",
    payload: { withdrawal_id: withdrawalId },
  });
  return { kind: "contradiction" };
}
