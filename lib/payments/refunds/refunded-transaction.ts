import type { Ctx } from "@/lib/context";
import { ConflictError } from "@/lib/errors";
import type { Refund } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";

/**
 * Takes money in suspense for a refund, in the caller's transaction: from here on nobody else is given it.
 * Throws `ConflictError` when it is in suspense no longer.
 */
export async function takeFromSuspense(
  tx: Ctx,
  input: { transactionId: string; refundId: string },
): Promise<void> {
  const { count } = await tx.db.providerTransaction.updateMany({
    where: { id: input.transactionId, merchantId: tx.merchantId, standing: "suspense" },
    data: { standing: "matched", paymentId: input.refundId, settledAt: tx.now() },
  });
  if (count === 0) throw new ConflictError("refund_not_in_suspense");
}

/** The refund failed: the money is nobody's again, for the reason it was before. */
export async function suspendAgain(tx: Ctx, refund: Refund): Promise<void> {
  await moveTransaction(tx, refund, { standing: "suspense", paymentId: null, settledAt: null });
}

/**
 * Money that was put back into suspense had gone back to whoever paid it. Throws `ConflictError` when it is in
 * suspense no longer: somebody was given it meanwhile.
 */
export async function returnSuspended(tx: Ctx, { id, transactionId }: Refund): Promise<void> {
  assert(transactionId !== null, "what is no deposit's is a line of the provider's books");
  const { count } = await tx.db.providerTransaction.updateMany({
    where: { id: transactionId, merchantId: tx.merchantId, standing: "suspense" },
    data: { standing: "returned", paymentId: id, cause: null, settledAt: tx.now() },
  });
  if (count === 0) throw new ConflictError("refund_not_in_suspense");
}

/** It went back to whoever paid it. */
export async function markReturned(tx: Ctx, refund: Refund): Promise<void> {
  await moveTransaction(tx, refund, { standing: "returned", cause: null, settledAt: tx.now() });
}

async function moveTransaction(
  tx: Ctx,
  { id, transactionId }: Refund,
  data: Parameters<Ctx["db"]["providerTransaction"]["updateMany"]>[0]["data"],
): Promise<void> {
  assert(transactionId !== null, "what is no deposit's is a line of the provider's books");
  const { count } = await tx.db.providerTransaction.updateMany({
    where: { id: transactionId, paymentId: id, standing: "matched" },
    data,
  });
  assert(count === 1, "money taken from suspense for a refund is the refund's");
}
