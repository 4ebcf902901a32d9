import type { Ctx } from "@/lib/context";
import type { Prisma } from "@/lib/db";
import { NotFoundError } from "@/lib/errors";

const PARTS = {
  stkPush: { select: { accountId: true, phoneHash: true } },
  redemptions: {
    where: { state: { in: ["redeeming", "unknown"] } },
    select: { id: true, state: true },
  },
} as const satisfies Prisma.DepositInclude;

export type DepositToReview = Prisma.DepositGetPayload<{ include: typeof PARTS }>;

/** One of the merchant's deposits with what decides who may do what about it. Throws `NotFoundError`. */
export async function findDepositToReview(ctx: Ctx, depositId: string): Promise<DepositToReview> {
  const deposit = await ctx.db.deposit.findFirst({
    where: { id: depositId, merchantId: ctx.merchantId },
    include: PARTS,
  });
  if (!deposit) throw new NotFoundError();
  return deposit;
}

/** Who gains from a credit of this deposit, beside its customer: the phone that was asked to pay. */
export function partiesOfDeposit({ stkPush }: DepositToReview): string[] {
  return stkPush ? [stkPush.phoneHash] : [];
}

/** True for what waits for a person, and for what should have ended by now and is not burning a code. */
export function mayBeMarkedNotPaid(
  { state, deadlineAt }: Pick<DepositToReview, "state" | "deadlineAt">,
  now: Date,
): boolean {
  return (
    state === "needs_review" || (["pending", "submitted"].includes(state) && deadlineAt <= now)
  );
}

/** True while money that is proven may still be credited to it. */
export function mayBeCredited({ state }: Pick<DepositToReview, "state">): boolean {
  return ["pending", "submitted", "failed", "needs_review"].includes(state);
}
