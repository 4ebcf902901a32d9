import type { Ctx } from "@/lib/context";
import type { Deposit, StkPush } from "@/lib/generated/prisma/client";

/** A deposit that staff want to give back. */
export type RefundedDeposit = Deposit & { stkPush: Pick<StkPush, "phoneHash"> | null };

/** What staff asked for, read. */
export interface AskedRefund {
  readonly deposit: RefundedDeposit;
  readonly why: string;
  readonly attemptKey: string;
}

export type Requested = { readonly refundId: string; readonly existing: boolean };

/** The refund of the same form that was quicker. */
export async function findFirst(tx: Ctx, attemptKey: string): Promise<Requested> {
  const { merchantId } = tx;
  const { id } = await tx.db.refund.findUniqueOrThrow({
    where: { merchantId_attemptKey: { merchantId, attemptKey } },
    select: { id: true },
  });
  return { refundId: id, existing: true };
}
