import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { Deposit, VoucherRedemption } from "@/lib/generated/prisma/client";
import type { VoucherRefusal } from "@/lib/providers/sells-vouchers";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { moveDeposit } from "./move-deposit";
import type { DepositReason } from "./schemas";

/**
 * The provider will not burn this code and nothing of ours has: the claim ends and the deposit goes
 * back to where it was. A purchase stays open to its real code; a deposit that was opened for this
 * code alone has failed.
 */
export async function refuseClaim<Refusal extends VoucherRefusal>(
  ctx: Ctx,
  claim: VoucherRedemption,
  refusal: Refusal,
): Promise<{ kind: "refused"; refusal: Refusal }> {
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.voucherRedemption.updateMany({
      where: { id: claim.id, state: { in: ["redeeming", "unknown"] } },
      data: { state: "refused", refusal, leaseUntil: null },
    });
    if (count === 0) return;
    await releaseDeposit(tx, claim.depositId, refusal);
    await recordAudit(tx, {
      action: "voucher.refused",
      subjectId: claim.depositId,
      after: { voucher: claim.codeMasked, refusal },
    });
  });
  return { kind: "refused", refusal };
}

async function releaseDeposit(tx: Ctx, depositId: string, refusal: VoucherRefusal): Promise<void> {
  const deposit = await tx.db.deposit.findUniqueOrThrow({ where: { id: depositId } });
  // Bought and never redeemed: a wrong code does not make that untrue, so a person still decides.
  if (deposit.reason === "bought_not_redeemed") {
    await moveDeposit(tx, depositId, "hold");
    return tellChange(tx, deposit);
  }
  const reason = deposit.reason ?? (deposit.origin === "checkout" ? null : reasonOf(refusal));
  if (reason === null) {
    await moveDeposit(tx, depositId, "release", { nextCheckAt: tx.now() });
    return tellChange(tx, deposit);
  }
  await moveDeposit(tx, depositId, "release_failed", {
    reason,
    failedAt: deposit.failedAt ?? tx.now(),
    nextCheckAt: null,
  });
  await emitLiveEvent(tx, deposit.customerId, {
    type: "deposit_failed",
    payload: { deposit_id: depositId, reason },
  });
}

async function tellChange(tx: Ctx, deposit: Pick<Deposit, "id" | "customerId">): Promise<void> {
  await emitLiveEvent(tx, deposit.customerId, {
    type: "deposit_changed",
    payload: { deposit_id: deposit.id },
  });
}

function reasonOf(refusal: VoucherRefusal): DepositReason {
  switch (refusal) {
    case "already_used":
      return "voucher_used";
    case "expired":
      return "voucher_expired";
    case "not_found":
    case "payout_code":
    case "wrong_merchant":
      return "voucher_not_ours";
    case "not_accepted":
      return "provider_error";
  }
}
