import type { Ctx } from "@/lib/context";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { ENDED_BY_A_PERSON } from "@/lib/payments/refunds/refund-reasons";

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
      ...{ method: "reversal", sentAt: { not: null }, providerReceipt: null },
      // One whose money was put back has its contradiction then; a person who has ended it has the last word.
      OR: [{ reason: null }, { reason: { notIn: [...ENDED_BY_A_PERSON] } }],
    },
    // What is open, or done, comes before what was put back, and of those the last that was sent.
    orderBy: [{ failedAt: { sort: "desc", nulls: "first" } }],
    select: { id: true, depositId: true },
  });
}
