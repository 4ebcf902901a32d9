import type { Ctx } from "@/lib/context";
import type { Withdrawal } from "@/lib/generated/prisma/client";

/**
 * Notes that the customer has paid this destination, and the name it was paid under, so that the next time
 * they are told who that was. Known to this customer alone: nobody finds out names by trying numbers.
 */
export async function rememberPayee(tx: Ctx, withdrawal: Withdrawal): Promise<void> {
  const { customerId, destinationHash, destinationMasked, receiverName: nameMasked } = withdrawal;
  const lastPaidAt = tx.now();
  await tx.db.payee.upsert({
    where: { customerId_destinationHash: { customerId, destinationHash } },
    create: {
      customerId,
      destinationHash,
      destinationMasked,
      nameMasked,
      timesPaid: 1,
      lastPaidAt,
    },
    update: { timesPaid: { increment: 1 }, lastPaidAt, ...(nameMasked !== null && { nameMasked }) },
    select: { timesPaid: true },
  });
}

/** Adds the name to a payee that was noted without one. */
export async function nameKnownPayee(
  tx: Ctx,
  withdrawal: Pick<Withdrawal, "customerId" | "destinationHash" | "receiverName">,
): Promise<void> {
  const { customerId, destinationHash, receiverName: nameMasked } = withdrawal;
  if (nameMasked === null) return;
  await tx.db.payee.updateMany({ where: { customerId, destinationHash }, data: { nameMasked } });
}
