import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { encrypt, keyedHash } from "@/lib/crypto";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { maskVoucherCode } from "@/lib/kit/voucher-code";
import { providerAccount, type AccountRef } from "@/lib/ledger/accounts";
import { metrics } from "@/lib/metrics";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { balanceForEvent } from "./emit-balance";
import { endHold } from "./end-hold";
import { NOT_FOR_A_PERSON } from "./for-a-person";
import { moveWithdrawal } from "./move-withdrawal";
import { nameKnownPayee, rememberPayee } from "./remember-payee";

/** Proof that the provider paid. */
export type PayoutEvidence =
  | {
      readonly kind: "b2c_result" | "status_result";
      /** It tells the amount, and the amount is the one that was ordered. */
      readonly namesAmount: boolean;
      readonly receipt: string | null;
      /** Masked; null when M-Pesa did not say whom it paid. */
      readonly receiverName: string | null;
    }
  | {
      readonly kind: "issued" | "voucher_created";
      readonly namesAmount: boolean;
      readonly code: string;
      /** The provider's id of the voucher. */
      readonly receipt: string | null;
    }
  | {
      /** People decided, with whatever proof they had; the decision is kept, with its reason. */
      readonly kind: "person";
      readonly decisionId: string;
      readonly namesAmount: true;
      /** The voucher's; null for M-Pesa, or where it is known already. */
      readonly code: string | null;
      readonly receipt: string | null;
    };

export type SettleWithdrawalResult =
  | "settled"
  | "already-settled"
  /** Its money was given back before: now a person decides. */
  | "contradiction"
  /** What was said before did not fit, and this proof does not say enough to overrule it. */
  | "for-a-person";

/**
 * The only verb that pays out in the books. Given proof, it moves the withdrawal to `paid`, and amount and
 * fee out of what was held, with receipt, audit and live event, all in one Postgres transaction. The same
 * proof again changes nothing, but brings a receipt that was missing. Money that was given back already is not taken again: that is shown to a
 * person, and the books stay as they are.
 */
export async function settleWithdrawal(
  ctx: Ctx,
  input: { withdrawalId: string; evidence: PayoutEvidence },
): Promise<SettleWithdrawalResult> {
  const { withdrawalId, evidence } = input;
  const result = await withTransaction(ctx, async (tx) => {
    const moved = await moveWithdrawal(
      tx,
      withdrawalId,
      "pay",
      { reason: null, settledAt: tx.now(), nextCheckAt: null, ...whatItBrings(evidence) },
      isWhole(evidence) ? {} : NOT_FOR_A_PERSON,
    );
    if (!moved) return { kind: await tellWhyNot(tx, input) };
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
        receipt: evidence.receipt,
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
  const code = codeOf(evidence);
  if (code !== null) {
    return {
      providerReceipt: receipt,
      voucherCodeHash: keyedHash("voucher", code),
      voucherCodeCipher: encrypt(Buffer.from(code)),
      voucherCodeMasked: maskVoucherCode(code),
    };
  }
  // A result without a name must not wipe out one that was told before.
  const receiverName = receiverNameOf(evidence);
  return { providerReceipt: receipt, ...(receiverName !== null && { receiverName }) };
}

function codeOf(evidence: PayoutEvidence): string | null {
  return "code" in evidence ? evidence.code : null;
}

function receiverNameOf(evidence: PayoutEvidence): string | null {
  return "receiverName" in evidence ? evidence.receiverName : null;
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

/** Says by itself what was paid, and under which receipt: it outweighs an answer that did not fit, as a person does. */
function isWhole(evidence: PayoutEvidence): boolean {
  return evidence.namesAmount && ("code" in evidence || evidence.receipt !== null);
}

async function tellWhyNot(
  tx: Ctx,
  input: { withdrawalId: string; evidence: PayoutEvidence },
): Promise<Exclude<SettleWithdrawalResult, "settled">> {
  const { withdrawalId } = input;
  const withdrawal = await tx.db.withdrawal.findUniqueOrThrow({ where: { id: withdrawalId } });
  switch (withdrawal.state) {
    case "paid":
      await attachReceipt(tx, withdrawal, input.evidence);
      return "already-settled";
    case "failed":
      return tellContradiction(tx, withdrawal, input.evidence);
    case "needs_review":
      return withdrawal.reason === "contradiction" ? "contradiction" : "for-a-person";
    case "requested":
    case "awaiting_approval":
    case "sending":
    case "submitted":
      return "for-a-person";
    default:
      return unreachable(withdrawal.state);
  }
}

/** A look-up may pay without a receipt; who was paid, and under which number, is told later. */
async function attachReceipt(
  tx: Ctx,
  withdrawal: Withdrawal,
  evidence: PayoutEvidence,
): Promise<void> {
  const { receipt } = evidence;
  if (withdrawal.providerReceipt !== null || receipt === null) return;
  // A voucher is paid with everything that is told of it; only a look-up of M-Pesa's leaves its receipt out.
  if (codeOf(evidence) !== null || withdrawal.method !== "mpesa") return;
  const { count } = await tx.db.withdrawal.updateMany({
    where: { id: withdrawal.id, state: "paid", providerReceipt: null },
    data: whatItBrings(evidence),
  });
  if (count === 0) return;
  await keepReceipt(tx, withdrawal, receipt);
  await nameKnownPayee(tx, { ...withdrawal, receiverName: receiverNameOf(evidence) });
  await recordAudit(tx, {
    action: "withdrawal.receipt_attached",
    subjectId: withdrawal.id,
    after: { receipt, evidence: evidence.kind },
  });
  await emitLiveEvent(tx, withdrawal.customerId, {
    type: "withdrawal_changed",
    payload: { withdrawal_id: withdrawal.id },
  });
}

async function tellContradiction(
  tx: Ctx,
  withdrawal: Withdrawal,
  evidence: PayoutEvidence,
): Promise<"contradiction"> {
  const { receipt } = evidence;
  const told = await moveWithdrawal(tx, withdrawal.id, "contradict", {
    reason: "contradiction",
    providerReceipt: receipt,
    nextCheckAt: null,
  });
  if (!told) return "contradiction";
  // It was paid under this number, whatever becomes of it: nobody else may be paid by it.
  if (receipt !== null) await keepReceipt(tx, withdrawal, receipt);
  await recordAudit(tx, {
    action: "withdrawal.paid_after_given_back",
    subjectId: withdrawal.id,
    after: { evidence: evidence.kind, receipt },
  });
  await emitLiveEvent(tx, withdrawal.customerId, {
    type: "withdrawal_changed",
    payload: { withdrawal_id: withdrawal.id },
  });
  return "contradiction";
}
