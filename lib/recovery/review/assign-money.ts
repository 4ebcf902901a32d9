import { z } from "zod";
import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import { InvalidInputError } from "@/lib/errors";
import { assert } from "@/lib/kit/assert";
import { newDeposit } from "@/lib/payments/open-deposit";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { findTransactionToReview } from "./find-transaction-to-review";
import { reviewAction } from "./review-action";
import { TypedId } from "./typed-params";

const Params = z.object({ customerId: TypedId });

/** Gives money that came in for nobody we knew to a customer: a paid deposit in their history. */
export const assignMoney = reviewAction<z.infer<typeof Params>>({
  params: Params,
  async weigh(ctx, subjectId, { customerId }) {
    const { amountCents } = await findTransactionToReview(ctx, subjectId, ["suspense"]);
    const { phone } = await findCustomer(ctx, customerId);
    const parties = phone === null ? [] : [keyedHash("phone", phone)];
    return { amountCents, customerId, parties };
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
