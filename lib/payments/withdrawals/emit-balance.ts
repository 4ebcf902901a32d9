import type { Ctx } from "@/lib/context";
import { decimalFromCents } from "@/lib/kit/money";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";

/** The customer's money as live events carry it, read in the caller's transaction. */
export async function balanceForEvent(
  tx: Ctx,
  customerId: string,
): Promise<{ available: string; held: string }> {
  const owner = { merchantId: tx.merchantId, customerId };
  const balance = await readCustomerBalance(tx.db, owner);
  return {
    available: decimalFromCents(balance.availableCents),
    held: decimalFromCents(balance.heldCents),
  };
}

/** Tells the customer's browsers what they have now. */
export async function emitBalance(tx: Ctx, customerId: string): Promise<void> {
  await emitLiveEvent(tx, customerId, {
    type: "balance",
    payload: await balanceForEvent(tx, customerId),
  });
}
