import type { Ctx } from "@/lib/context";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";

/** The payment of ours that a line took back, by the receipt it names; nobody here had asked for it. Null for none. */
export async function findReversedDeposit(
  { db, merchantId }: Ctx,
  { originalReceipt }: Pick<ProviderTransaction, "originalReceipt">,
): Promise<string | null> {
  if (originalReceipt === null) return null;
  const deposit = await db.deposit.findFirst({
    where: { merchantId, method: "mpesa", providerReceipt: originalReceipt },
    select: { id: true },
  });
  return deposit?.id ?? null;
}
