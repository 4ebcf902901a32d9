import type { Ctx } from "@/lib/context";
import type { Prisma } from "@/lib/db";
import { depositStatesBefore, nextDepositState, type DepositEvent } from "./deposit.machine";

/**
 * Moves a deposit by one event of its state table, only from a state that allows it. False when it
 * stands elsewhere now: someone else was first, which is not an error.
 */
export async function moveDeposit(
  tx: Ctx,
  depositId: string,
  event: DepositEvent,
  data: Prisma.DepositUpdateManyMutationInput = {},
): Promise<boolean> {
  const from = depositStatesBefore(event);
  const [first] = from;
  if (first === undefined) return false;
  const to = nextDepositState(first, event);
  const { count } = await tx.db.deposit.updateMany({
    where: { id: depositId, merchantId: tx.merchantId, state: { in: from } },
    data: { ...data, state: to ?? undefined },
  });
  return count === 1;
}
