import { timingSafeEqual } from "node:crypto";
import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import type { VoucherCreatedCallback } from "@/lib/providers/pesavoucher/callback";
import type { Applied } from "../applied";
import { isCodeOfAnother } from "./is-code-of-another";
import { isReceiptOfAnother } from "./is-receipt-of-another";
import { parkWithdrawal } from "./park-withdrawal";
import { settleWithdrawal } from "./settle-withdrawal";
import { voucherCreatedToken } from "./voucher-created-address";

/**
 * Works the callback of a voucher we had issued. Its address holds a token that only the provider was given,
 * with the order, so it proves that the order arrived: a withdrawal whose answer was lost is paid by it.
 * Told again, or that the receiver has redeemed it, it is noted. Without the token it changes nothing.
 */
export async function applyVoucherCreated(
  ctx: Omit<Ctx, "merchantId">,
  message: {
    callback: VoucherCreatedCallback;
    withdrawalId: string;
    token: string | null;
  },
): Promise<Applied> {
  const { callback, withdrawalId } = message;
  const withdrawal = await ctx.db.withdrawal.findUnique({ where: { id: withdrawalId } });
  if (withdrawal?.method !== "pesavoucher") {
    return { outcome: "unmatched", note: "no voucher withdrawal has this id", subjectId: null };
  }
  const subjectId = withdrawal.id;
  const own: Ctx = { ...ctx, merchantId: withdrawal.merchantId };
  const doubt = doubtAbout(withdrawal, message);
  if (doubt) return { outcome: "quarantined", note: doubt, subjectId };
  if (callback.status === "failed" || callback.code === null) {
    // How it would say "no" is documented nowhere, so nothing is given back on it.
    return { outcome: "refused", note: "brings no code, which settles nothing", subjectId };
  }
  if (callback.amountCents !== null && callback.amountCents !== withdrawal.amountCents) {
    await parkWithdrawal(own, { withdrawalId: subjectId, reason: "amount_mismatch" });
    const amount = decimalFromCents(callback.amountCents);
    return { outcome: "quarantined", note: `issued ${amount}, which was not ordered`, subjectId };
  }
  return settle(own, withdrawal, { ...callback, code: callback.code });
}

async function settle(
  ctx: Ctx,
  withdrawal: Withdrawal,
  callback: VoucherCreatedCallback & { code: string },
): Promise<Applied> {
  const subjectId = withdrawal.id;
  const { code, transactionId: receipt } = callback;
  const isOthers =
    (receipt !== null && (await isReceiptOfAnother(ctx, withdrawal, receipt))) ||
    (await isCodeOfAnother(ctx, withdrawal, code));
  if (isOthers) {
    await parkWithdrawal(ctx, { withdrawalId: subjectId, reason: "receipt_reused" });
    return { outcome: "quarantined", note: "it belongs to another payment", subjectId };
  }
  const settled =
    // The usual case: the answer to the order was quicker than its callback.
    withdrawal.state === "paid"
      ? "already-settled"
      : await settleWithdrawal(ctx, {
          withdrawalId: subjectId,
          evidence: {
            kind: "voucher_created",
            namesAmount: callback.amountCents !== null,
            code,
            receipt,
          },
        });
  if (settled === "for-a-person") {
    return { outcome: "refused", note: "says issued, and a person decides", subjectId };
  }
  if (settled === "contradiction") {
    return { outcome: "refused", note: "says issued, and the money was given back", subjectId };
  }
  const redeemed = callback.status === "redeemed" && (await noteRedeemed(ctx, withdrawal));
  if (redeemed) return { outcome: "applied", note: "the receiver has redeemed it", subjectId };
  return settled === "settled"
    ? { outcome: "applied", note: "paid, as the callback proves", subjectId }
    : { outcome: "duplicate", note: "known before", subjectId };
}

async function noteRedeemed(ctx: Ctx, withdrawal: Withdrawal): Promise<boolean> {
  return withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.withdrawal.updateMany({
      where: { id: withdrawal.id, voucherRedeemedAt: null },
      data: { voucherRedeemedAt: tx.now() },
    });
    if (count === 0) return false;
    await recordAudit(tx, { action: "withdrawal.voucher_redeemed", subjectId: withdrawal.id });
    await emitLiveEvent(tx, withdrawal.customerId, {
      type: "withdrawal_changed",
      payload: { withdrawal_id: withdrawal.id },
    });
    return true;
  });
}

/** Why this callback is not acted on, or null when it is ours. */
function doubtAbout(
  withdrawal: Withdrawal,
  message: { callback: VoucherCreatedCallback; token: string | null },
): string | null {
  if (!isToken(message.token, withdrawal.id))
    return "without the token of this withdrawal's address";
  if (withdrawal.sentAt === null && withdrawal.state !== "failed")
    return "about a withdrawal that was not sent";
  const { uniqueId } = message.callback;
  if (uniqueId !== null && uniqueId !== withdrawal.providerRef)
    return "names another order than this withdrawal's";
  const { code } = message.callback;
  const isKnown = code !== null && withdrawal.voucherCodeHash !== null;
  if (isKnown && keyedHash("voucher", code) !== withdrawal.voucherCodeHash)
    return "brings another code than the one that was issued";
  return null;
}

function isToken(given: string | null, withdrawalId: string): boolean {
  const expected = Buffer.from(voucherCreatedToken(withdrawalId));
  const bytes = Buffer.from(given ?? "");
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
