import type { Ctx } from "@/lib/context";
import { ConflictError, NotFoundError } from "@/lib/errors";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { GIVEN_BACK_TWICE } from "@/lib/payments/refunds/refund-reasons";
import { settleRefund } from "@/lib/payments/refunds/settle-refund";
import { ownerOfReceipt } from "@/lib/payments/take-receipt";
import { SubjectEnded, type Weighed } from "./review-action";
import { tickOutgoing } from "./tick-outgoing";

/** Judges whether a line that took a payment back may be the way back of a refund of ours. */
export async function weighRefund(
  ctx: Ctx,
  line: ProviderTransaction,
  refundId: string,
): Promise<Weighed> {
  const { standing, cause, amountCents, accountId, receipt: number } = line;
  if (standing !== "unmatched" || cause !== "reversal_unknown") throw new SubjectEnded();
  if ((await ownerOfReceipt(ctx, { provider: "mpesa", number })) !== null)
    throw new ConflictError("receipt_taken");
  const refund = await ctx.db.refund.findFirst({
    where: { id: refundId, merchantId: ctx.merchantId, method: "reversal" },
  });
  if (!refund) throw new NotFoundError();
  const { state, reason, providerReceipt } = refund;
  // One that was put back and went back as well is ended where it is decided who bears it.
  const isOpen =
    ["sending", "submitted", "needs_review"].includes(state) && reason !== GIVEN_BACK_TWICE;
  const isSame = refund.accountId === accountId && refund.amountCents === -amountCents;
  if (!isSame || providerReceipt !== null || !(isOpen || state === "done"))
    throw new ConflictError("payment_does_not_fit");
  return { amountCents: -amountCents, customerId: null, parties: [] };
}

/** Gives a refund the line as its way back: that ends it, or brings the receipt it lacked. */
export async function attachToRefund(
  tx: Ctx,
  { receipt }: ProviderTransaction,
  refundId: string,
): Promise<void> {
  const evidence = { kind: "person", namesAmount: true, receipt } as const;
  const settled = await settleRefund(tx, { refundId, evidence });
  if (settled !== "settled" && settled !== "already-settled") throw new SubjectEnded();
  await tickOutgoing(tx, receipt);
}
