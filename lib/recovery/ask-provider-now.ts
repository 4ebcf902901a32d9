import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { isId } from "@/lib/kit/ids";
import { ownerOfPayment } from "./owner-of-payment";
import { requestChecks } from "./request-checks";

const NOUNS = ["withdrawal", "refund"] as const;

/**
 * A staff member has the worker ask the provider about a payment at once. However often it is pressed,
 * one look-up waits. Throws `ForbiddenError` for anyone but staff and `NotFoundError` when the payment is
 * not this merchant's.
 */
export async function askProviderNow(ctx: Ctx, input: { paymentId: string }): Promise<void> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  await withTransaction(ctx, async (tx) => {
    const owner = await ownerOfPayment(tx, input.paymentId);
    if (owner?.merchantId !== tx.merchantId) throw new NotFoundError();
    await requestChecks(tx, input.paymentId);
    const noun = NOUNS.find((known) => isId(known, input.paymentId)) ?? "deposit";
    await recordAudit(tx, { action: `${noun}.check_requested`, subjectId: input.paymentId });
  });
}
