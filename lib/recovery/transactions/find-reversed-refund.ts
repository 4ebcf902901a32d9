import type { Ctx } from "@/lib/context";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";

/**
 * The refund whose way back a line is: it names the receipt that was given back, its amount, and its own
 * receipt, which nobody had told of. It proves the refund done. Null when there is none.
 */
export async function findReversedRefund(
  tx: Ctx,
  { kind, merchantId, accountId, originalReceipt, amountCents }: ProviderTransaction,
): Promise<{ id: string; depositId: string | null } | null> {
  if (kind !== "reversal" || originalReceipt === null) return null;
  return tx.db.refund.findFirst({
    where: {
      ...{ merchantId, accountId, receipt: originalReceipt, amountCents: -amountCents },
      ...{ method: "reversal", sentAt: { not: null }, failedAt: null, providerReceipt: null },
    },
    select: { id: true, depositId: true },
  });
}
