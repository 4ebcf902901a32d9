import { withTransaction, type Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { failWithdrawal } from "./fail-withdrawal";

/**
 * Takes back a withdrawal the signed-in customer asked for, while nothing was asked of a provider yet: the
 * money is back at once. False when it is too late for that. Throws `NotFoundError` when it is not theirs.
 */
export async function cancelWithdrawal(
  ctx: Ctx,
  input: { withdrawalId: string },
): Promise<boolean> {
  const withdrawal = await ctx.db.withdrawal.findFirst({
    where: { id: input.withdrawalId, merchantId: ctx.merchantId, customerId: ctx.actor.id },
    select: { id: true },
  });
  if (!withdrawal || ctx.actor.kind !== "customer") throw new NotFoundError();
  return withTransaction(ctx, async (tx) => {
    // Its row stays locked until the end, so it cannot be sent meanwhile.
    const [waiting] = await tx.db.$queryRaw<{ state: string }[]>`
      SELECT state::text FROM withdrawals
       WHERE id = ${withdrawal.id} AND state IN ('requested', 'awaiting_approval') FOR UPDATE`;
    if (!waiting) return false;
    const event = waiting.state === "requested" ? "give_up" : "turn_down";
    return failWithdrawal(tx, { withdrawalId: withdrawal.id, reason: "cancelled", event });
  });
}
