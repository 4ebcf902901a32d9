import type { Ctx } from "@/lib/context";
import type { Prisma } from "@/lib/db";
import { ENDED_BY_A_PERSON, GIVEN_BACK_TWICE } from "./refund-reasons";
import { nextRefundState, refundStatesBefore, type RefundEvent } from "./refund.machine";

/**
 * Moves a refund by one event of its state table, only from a state that allows it, and with `only` under
 * a further condition. False when it stands elsewhere now: someone else was first, which is not an error.
 */
export async function moveRefund(
  tx: Ctx,
  refundId: string,
  event: RefundEvent,
  data: Prisma.RefundUpdateManyMutationInput = {},
  only: Prisma.RefundWhereInput = {},
): Promise<boolean> {
  const from = refundStatesBefore(event);
  const [first] = from;
  if (first === undefined) return false;
  const { count } = await tx.db.refund.updateMany({
    where: {
      id: refundId,
      merchantId: tx.merchantId,
      state: { in: from },
      OR: [{ reason: null }, { reason: { notIn: [GIVEN_BACK_TWICE, ...ENDED_BY_A_PERSON] } }],
      AND: only,
    },
    data: { ...data, state: nextRefundState(first, event) ?? undefined },
  });
  return count === 1;
}
