import { withTransaction } from "@/lib/context";
import { db } from "@/lib/db";
import { approveRefund } from "@/lib/payments/refunds/approve-refund";
import { bookReversalByHand } from "@/lib/payments/refunds/book-reversal-by-hand";
import { endContradictedReversal } from "@/lib/payments/refunds/end-contradicted-reversal";
import { rejectRefund } from "@/lib/payments/refunds/reject-refund";
import { settleRefund } from "@/lib/payments/refunds/settle-refund";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { freshEmail, send, staffOf, workerOf } from "./payouts";
import {
  deliverRefund,
  expectRefund,
  heldInSuspense,
  paidByHand,
  paidByVoucher,
  readRefund,
  refund,
  refundOfSuspense,
  sendOne,
} from "./refunds";
import type { Shop } from "./shop";

/**
 * How far refunds have come that a test breaks the books of, all beside each other in one shop. Vouchers come first:
 * to pay with one, whatever the providers kept back is delivered.
 */
export const STANDINGS = [
  "voucher waiting",
  "voucher done",
  "voucher failed",
  "waiting",
  "requested",
  "submitted",
  "done",
  "failed",
  "made good",
  "by hand",
  "suspense requested",
  "suspense done",
  "suspense failed",
] as const;
export type Standing = (typeof STANDINGS)[number];

/** One of them. */
export interface Victim {
  readonly id: string;
  readonly merchantId: string;
  readonly depositId: string | null;
  readonly customerId: string | null;
  readonly transactionId: string | null;
  readonly withdrawalId: string | null;
  readonly amountCents: bigint;
}

/** A refund that has come as far as that. */
export async function makeVictim(shop: Shop, standing: Standing): Promise<Victim> {
  if (standing === "by hand") return readRefund(await bookByHand(shop));
  if (standing === "made good") return readRefund(await makeGood(shop));
  const id = await askFor(shop, standing);
  if (standing.endsWith("failed")) await refuse(shop, standing, id);
  else if (standing === "voucher done") await giveVoucher(id);
  else if (standing.endsWith("submitted") || standing.endsWith("done")) await sendOne(id);
  if (standing.endsWith("done")) await deliverRefund(shop, id);
  const [state = ""] = standing.split(" ").slice(-1);
  await expectRefund(id, ENDS[standing] ?? state);
  return readRefund(id);
}

const ENDS: Partial<Record<Standing, string>> = {
  waiting: "awaiting_approval",
  failed: "failed: float_empty",
  "voucher waiting": "awaiting_approval",
  "voucher failed": "failed: rejected",
  "suspense failed": "failed: float_empty",
};

async function askFor(shop: Shop, standing: Standing): Promise<string> {
  if (standing.startsWith("voucher")) {
    return refund(await paidByVoucher(shop), { email: freshEmail() });
  }
  if (standing.startsWith("suspense")) return refundOfSuspense(await heldInSuspense(shop));
  const it = await paidByHand(shop);
  if (standing === "waiting") {
    await setWithdrawalRules(it.user.merchantId, { reviewAboveCents: 0n });
  }
  return refund(it);
}

async function refuse(shop: Shop, standing: Standing, id: string): Promise<void> {
  const { merchantId, receipt } = await readRefund(id);
  if (standing.startsWith("voucher")) {
    const { ctx } = await staffOf(merchantId);
    await rejectRefund(ctx, { refundId: id, note: "it was delivered" });
    return;
  }
  await shop.sandbox.control.scriptCallbacks({
    ...{ kind: "reversal_result", receipt: receipt ?? "", times: 1 },
    script: { endsWith: { resultCode: "1" } },
  });
  await sendOne(id);
  await deliverRefund(shop, id);
}

async function giveVoucher(id: string): Promise<void> {
  const { merchantId, withdrawalId } = await readRefund(id);
  const { ctx } = await staffOf(merchantId);
  await approveRefund(ctx, { refundId: id });
  await send(withdrawalId ?? "");
}

/** M-Pesa took a payment back that nobody here had ordered. */
async function bookByHand(shop: Shop): Promise<string> {
  const { user, staff, depositId, receipt } = await paidByHand(shop);
  const { id, shortcode } = await db().providerAccount.findFirstOrThrow({
    where: { merchantId: user.merchantId, isDefault: true },
  });
  return withTransaction(staff, (tx) =>
    bookReversalByHand(tx, {
      ...{ depositId, customerId: user.id, account: { id, shortcode }, amountCents: 50_000n },
      ...{ receipt, ownReceipt: "UKL0000001", payer: "customer", why: "taken back there" },
      ...{ decisionId: "rdn_test", requestedById: staff.actor.id },
    }),
  );
}

/** It went back after its money had been put back, and people took the money again. */
async function makeGood(shop: Shop): Promise<string> {
  const { user, staff, depositId } = await paidByHand(shop);
  const refundId = await refund({ staff, depositId });
  await refuse(shop, "failed", refundId);
  const evidence = { kind: "reversal_result", namesAmount: true, receipt: "UKL0000002" } as const;
  await settleRefund(workerOf(user.merchantId), { refundId, evidence });
  await expectRefund(refundId, "needs_review: contradiction");
  await withTransaction(staff, (tx) =>
    endContradictedReversal(tx, {
      ...{ refundId, payer: "holder", receipt: null, decisionId: "rdn_test" },
    }),
  );
  await expectRefund(refundId, "done");
  return refundId;
}
