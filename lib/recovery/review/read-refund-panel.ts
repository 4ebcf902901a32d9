import type { Ctx } from "@/lib/context";
import type { Refund } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { GIVEN_BACK_TWICE } from "@/lib/payments/refunds/refund-reasons";
import type { ReviewActionName } from "./actions";
import { findBooked, isNobodysMoney } from "./end-refund-contradiction";
import { situationOf } from "./situations";
import { NO_PARTS, type SubjectPanel } from "./subject-panel";

/** What may be done about a refund; null when there is none. */
export async function readRefundPanel(ctx: Ctx, refundId: string): Promise<SubjectPanel | null> {
  const refund = await ctx.db.refund.findFirst({
    where: { id: refundId, merchantId: ctx.merchantId },
  });
  if (!refund) return null;
  const { state, reason, method, amountCents, depositId, transactionId, withdrawalId } = refund;
  return {
    ...NO_PARTS,
    kind: "refund",
    situation: situationOf({ kind: "refund", state, reason, method }),
    isMpesa: true,
    amount: decimalFromCents(amountCents),
    actions: await actionsFor(ctx, refund),
    refundOf: withdrawalId ?? depositId ?? transactionId,
  };
}

/** One by a voucher is ended as the withdrawal that it is. */
async function actionsFor(ctx: Ctx, refund: Refund): Promise<readonly ReviewActionName[]> {
  const { state, reason, method } = refund;
  if (state !== "needs_review" || method !== "reversal") return [];
  if (reason !== GIVEN_BACK_TWICE) return ["refund_done", "refund_failed"];
  if ((await findBooked(ctx, refund)) !== null) return ["refund_contradiction_same"];
  if (await isNobodysMoney(ctx, refund)) return ["refund_contradiction_take"];
  return ["refund_contradiction_take", "refund_contradiction_loss"];
}
