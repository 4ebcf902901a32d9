import type { Ctx } from "@/lib/context";
import { decimalFromCents } from "@/lib/kit/money";
import { GIVEN_BACK_TWICE } from "@/lib/payments/refunds/refund-reasons";
import { situationOf } from "./situations";
import { NO_PARTS, type SubjectPanel } from "./subject-panel";

/** What may be done about a refund; null when there is none. */
export async function readRefundPanel(ctx: Ctx, refundId: string): Promise<SubjectPanel | null> {
  const refund = await ctx.db.refund.findFirst({
    where: { id: refundId, merchantId: ctx.merchantId },
  });
  if (!refund) return null;
  const { state, reason, method, amountCents, depositId, transactionId } = refund;
  const isOpen = state === "needs_review" && reason !== GIVEN_BACK_TWICE && method === "reversal";
  return {
    ...NO_PARTS,
    kind: "refund",
    situation: situationOf({ kind: "refund", state, reason, method }),
    isMpesa: true,
    amount: decimalFromCents(amountCents),
    actions: isOpen ? ["refund_done", "refund_failed"] : [],
    refundOf: depositId ?? transactionId,
  };
}
