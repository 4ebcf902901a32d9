import { z } from "zod";
import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import { InvalidInputError } from "@/lib/errors";
import { assert } from "@/lib/kit/assert";
import { newDeposit } from "@/lib/payments/open-deposit";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { findTransactionToReview } from "./find-transaction-to-review";
import { refuseOwnCredit } from "./own-credit";
import { reviewAction } from "./review-action";
import { TypedId, TypedTick } from "./typed-params";

const Params = z.object({ customerId: TypedId, otherMoney: TypedTick });

/**
 * Gives money that came in for nobody we knew to a customer: a paid deposit in their history. Not while it
 * may be what a customer was credited with before.
 */
export const assignMoney = reviewAction<z.infer<typeof Params>>({
  params: Params,
  async weigh(ctx, subjectId, { customerId, otherMoney }) {
    const line = await findTransactionToReview(ctx, subjectId, ["suspense"]);
    const { phone } = await findCustomer(ctx, customerId);
    const parties = phone === null ? [] : [keyedHash("phone", phone)];
    const needsTwo = await refuseOwnCredit(ctx, line, { otherMoney });
    return { amountCents: line.amountCents, customerId, parties, needsTwo };
  },
  async carryOut(tx, { id: decisionId, subjectId }, { customerId }) {
    const transaction = await findTransactionToReview(tx, subjectId, ["suspense"]);
    const deposit = newDeposit(tx, {
      customerId,
      method: "mpesa",
      origin: "assigned",
      state: "submitted",
      askedCents: null,
    });
    await tx.db.deposit.create({ data: deposit, select: { id: true } });
    await recordAudit(tx, {
      action: "deposit.requested",
      subjectId: deposit.id,
      after: {
        ...{ origin: "assigned", customer: customerId },
        ...{ transaction: subjectId, decision: decisionId },
      },
    });
    const settled = await settleDeposit(tx, {
      depositId: deposit.id,
      evidence: {
        kind: "person",
        decisionId,
        amountCents: transaction.amountCents,
        receipt: transaction.receipt,
        accountId: transaction.accountId,
      },
    });
    assert(settled.kind === "settled", "a deposit that was just opened was not paid before");
  },
});

async function findCustomer(ctx: Ctx, id: string): Promise<{ phone: string | null }> {
  const customer = await ctx.db.user.findFirst({
    where: { id, merchantId: ctx.merchantId, role: "customer" },
    select: { phone: true },
  });
  if (!customer) throw new InvalidInputError({ customerId: "not_found" });
  return customer;
}
