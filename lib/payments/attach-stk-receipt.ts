import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";

/** `same` when the deposit has this very receipt already. */
export type Attached = "attached" | "same" | "conflict";

/**
 * Gives a paid M-Pesa deposit the receipt that came later, once. A conflict when it has another one, or the
 * number belongs to another payment of any merchant: then nothing is changed and the audit log says what
 * was reported. Never moves money.
 */
export async function attachStkReceipt(
  ctx: Ctx,
  input: { depositId: string; receipt: string; paidAt: Date | null; payerMasked: string | null },
): Promise<Attached> {
  const { depositId, receipt } = input;
  return withTransaction<Attached>(ctx, async (tx) => {
    const { count } = await tx.db.deposit.updateMany({
      where: { id: depositId, merchantId: tx.merchantId, state: "paid", providerReceipt: null },
      data: { providerReceipt: receipt },
    });
    const added = count === 1 ? await addReceipt(tx, depositId, receipt) : false;
    if (!added) return refuse(tx, depositId, receipt, count === 1);
    await tx.db.stkPush.update({
      where: { depositId },
      data: { providerPaidAt: input.paidAt, payerMasked: input.payerMasked },
      select: { depositId: true },
    });
    await recordAudit(tx, {
      action: "deposit.receipt_attached",
      subjectId: depositId,
      after: { receipt },
    });
    const { customerId } = await tx.db.deposit.findUniqueOrThrow({
      where: { id: depositId },
      select: { customerId: true },
    });
    await emitLiveEvent(tx, customerId, {
      type: "deposit_changed",
      payload: { deposit_id: depositId },
    });
    return "attached";
  });
}

async function addReceipt(tx: Ctx, depositId: string, receipt: string): Promise<boolean> {
  const { count } = await tx.db.receipt.createMany({
    data: {
      provider: "mpesa",
      number: receipt,
      merchantId: tx.merchantId,
      paymentId: depositId,
      createdAt: tx.now(),
    },
    skipDuplicates: true,
  });
  return count === 1;
}

async function refuse(
  tx: Ctx,
  depositId: string,
  receipt: string,
  wasSet: boolean,
): Promise<Attached> {
  if (!wasSet) {
    const { providerReceipt } = await tx.db.deposit.findUniqueOrThrow({
      where: { id: depositId },
      select: { providerReceipt: true },
    });
    if (providerReceipt === receipt) return "same";
  } else {
    await tx.db.deposit.update({
      where: { id: depositId },
      data: { providerReceipt: null },
      select: { id: true },
    });
  }
  await recordAudit(tx, {
    action: "deposit.receipt_conflict",
    subjectId: depositId,
    after: { reported: receipt },
  });
  return "conflict";
}
