import type { Ctx } from "@/lib/context";
import type { Prisma } from "@/lib/db";
import { followWithdrawal } from "../refunds/follow-withdrawal";
import {
  nextWithdrawalState,
  withdrawalStatesBefore,
  type WithdrawalEvent,
} from "./withdrawal.machine";

/** Its money was given back, and then the provider said it had paid: only a person ends that. */
const GIVEN_BACK_AND_PAID = "contradiction";

/**
 * Moves a withdrawal by one event of its state table, only from a state that allows it, and with `only`
 * under a further condition. False when it stands elsewhere now: someone else was first, which is not an
 * error.
 */
export async function moveWithdrawal(
  tx: Ctx,
  withdrawalId: string,
  event: WithdrawalEvent,
  data: Prisma.WithdrawalUpdateManyMutationInput = {},
  only: Prisma.WithdrawalWhereInput = {},
): Promise<boolean> {
  const from = withdrawalStatesBefore(event);
  const [first] = from;
  if (first === undefined) return false;
  const { count } = await tx.db.withdrawal.updateMany({
    where: {
      id: withdrawalId,
      merchantId: tx.merchantId,
      state: { in: from },
      OR: [{ reason: null }, { reason: { not: GIVEN_BACK_AND_PAID } }],
      AND: only,
    },
    data: { ...data, state: nextWithdrawalState(first, event) ?? undefined },
  });
  if (count === 0) return false;
  await followWithdrawal(tx, withdrawalId, event);
  return true;
}
