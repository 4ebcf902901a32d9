import { recordAudits } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import type { Deposit } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { emitLiveEvents } from "@/lib/realtime/emit-live-events";
import { Overtaken } from "./overtaken";
import { takeNewReceipts } from "./take-new-receipts";

/** A paid deposit without a receipt whose row the caller has locked, and the receipt that it gets. */
export interface LateReceipt {
  readonly deposit: Deposit;
  readonly receipt: string;
  readonly paidAt: Date | null;
  readonly payerMasked: string | null;
}

/**
 * What `attachStkReceipt` does with one deposit, for many whose receipts nobody has, in a few statements inside
 * the caller's transaction. Credits nothing. Throws `Overtaken` when somebody else was first with one of
 * them: then nothing may be committed.
 */
export async function attachStkReceipts(tx: Ctx, late: readonly LateReceipt[]): Promise<void> {
  if (late.length === 0) return;
  assert(tx.inTransaction, "many receipts are attached within one transaction");
  const ids = late.map(({ deposit }) => deposit.id);
  const attached = await tx.db.$executeRaw`
    UPDATE deposits d SET provider_receipt = late.receipt
      FROM unnest(${ids}::text[], ${late.map(({ receipt }) => receipt)}::text[]) AS late (id, receipt)
     WHERE d.id = late.id AND d.merchant_id = ${tx.merchantId} AND d.state = 'paid'
       AND d.provider_receipt IS NULL`;
  if (attached !== late.length) throw new Overtaken("a deposit has a receipt by now");
  const receipts = late.map(({ deposit, receipt }) => ({
    ...{ number: receipt, paymentId: deposit.id },
  }));
  if (!(await takeNewReceipts(tx, receipts))) throw new Overtaken("a receipt was taken");
  await tx.db.$executeRaw`
    UPDATE stk_pushes p SET provider_paid_at = late.at, payer_masked = late.payer
      FROM unnest(${ids}::text[], ${late.map(({ paidAt }) => paidAt)}::timestamptz[],
                  ${late.map(({ payerMasked }) => payerMasked)}::text[]) AS late (id, at, payer)
     WHERE p.deposit_id = late.id`;
  await recordAudits(
    tx,
    late.map(({ deposit, receipt }) => ({
      action: "deposit.receipt_attached",
      subjectId: deposit.id,
      after: { receipt },
    })),
  );
  await emitLiveEvents(
    tx,
    late.map(({ deposit }) => ({
      customerId: deposit.customerId,
      event: { type: "deposit_changed", payload: { deposit_id: deposit.id } },
    })),
  );
}
