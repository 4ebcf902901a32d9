import { z } from "zod";
import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import type { Refund } from "@/lib/generated/prisma/client";
import { failRefund } from "@/lib/payments/refunds/fail-refund";
import { GIVEN_BACK_TWICE } from "@/lib/payments/refunds/refund-reasons";
import { settleRefund } from "@/lib/payments/refunds/settle-refund";
import { refuseUsedReceipt } from "./refuse-used-receipt";
import { reviewAction, SubjectEnded } from "./review-action";
import { MaybeReceipt } from "./typed-params";

const DoneParams = z.object({
  /** Of the way back, as the statement shows it. */
  receipt: MaybeReceipt,
});
const FailedParams = z.object({});

/** Ends a refund in review as done, with a person's proof: what was held leaves the books. */
export const sayRefundDone = reviewAction<z.infer<typeof DoneParams>>({
  params: DoneParams,
  async weigh(ctx, subjectId, { receipt }) {
    const { amountCents } = await findRefundInReview(ctx, subjectId);
    if (receipt !== null) await refuseUsedReceipt(ctx, { provider: "mpesa", receipt, amountCents });
    return { amountCents, customerId: null, parties: [] };
  },
  async carryOut(tx, { subjectId: refundId }, { receipt }) {
    const evidence = { kind: "person", namesAmount: true, receipt } as const;
    if ((await settleRefund(tx, { refundId, evidence })) !== "settled") throw new SubjectEnded();
  },
});

/** Ends a refund in review as not done, because a person is certain, and puts its money back. */
export const sayRefundFailed = reviewAction<z.infer<typeof FailedParams>>({
  params: FailedParams,
  async weigh(ctx, subjectId) {
    const { amountCents, customerId } = await findRefundInReview(ctx, subjectId);
    return { amountCents, customerId, parties: [] };
  },
  async carryOut(tx, { subjectId: refundId }) {
    const failed = await failRefund(tx, { refundId, reason: "given_up", decidedByPerson: true });
    if (!failed) throw new SubjectEnded();
  },
});

/** One that was put back and went back as well is ended by actions of its own. */
async function findRefundInReview(ctx: Ctx, refundId: string): Promise<Refund> {
  const refund = await ctx.db.refund.findFirst({
    where: { id: refundId, merchantId: ctx.merchantId },
  });
  if (!refund) throw new NotFoundError();
  const { state, reason, method } = refund;
  const isOpen = state === "needs_review" && reason !== GIVEN_BACK_TWICE;
  if (!isOpen || method !== "reversal") throw new SubjectEnded();
  return refund;
}
