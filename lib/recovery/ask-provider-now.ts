import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { requestChecks } from "./request-checks";

/**
 * A staff member has the worker ask the provider about a payment at once. However often it is pressed,
 * one look-up waits. Throws `ForbiddenError` for anyone but staff and `NotFoundError` when the payment is
 * not this merchant's.
 */
export async function askProviderNow(ctx: Ctx, input: { paymentId: string }): Promise<void> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  await withTransaction(ctx, async (tx) => {
    const deposit = await tx.db.deposit.findFirst({
      where: { id: input.paymentId, merchantId: tx.merchantId },
      select: { id: true },
    });
    if (!deposit) throw new NotFoundError();
    await requestChecks(tx, deposit.id);
    await recordAudit(tx, { action: "deposit.check_requested", subjectId: deposit.id });
  });
}
