import type { Ctx } from "@/lib/context";
import type { Deposit, DepositOrigin, DepositState } from "@/lib/generated/prisma/client";
import { newId, newPublicCode } from "@/lib/kit/ids";
import { addMs, DAY_MS } from "@/lib/kit/time";

/** How long an abandoned purchase keeps its "waiting" before the screen calls it not completed. */
export const DEPOSIT_OPEN_MS = DAY_MS;

/** A new deposit row, not yet written. Every row has a deadline, so none can wait for ever. */
export function newDeposit(
  ctx: Ctx,
  input: {
    customerId: string;
    origin: DepositOrigin;
    state: DepositState;
    askedCents: bigint | null;
    attemptKey?: string;
  },
): Omit<Deposit, "paidCents" | "settledAt" | "failedAt" | "reason" | "providerPaidAt"> {
  const now = ctx.now();
  const id = newId("deposit", now.getTime());
  return {
    id,
    merchantId: ctx.merchantId,
    customerId: input.customerId,
    method: "pesavoucher",
    origin: input.origin,
    state: input.state,
    currency: "KES",
    askedCents: input.askedCents,
    attemptKey: input.attemptKey ?? id,
    sessionTokenHash: null,
    providerPaymentId: null,
    providerReceipt: null,
    publicCode: newPublicCode(),
    nextCheckAt: addMs(now, DEPOSIT_OPEN_MS),
    checksDone: 0,
    deadlineAt: addMs(now, DEPOSIT_OPEN_MS),
    createdAt: now,
    submittedAt: now,
  };
}
