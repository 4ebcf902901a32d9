import type { Ctx } from "@/lib/context";
import type {
  Deposit,
  DepositMethod,
  DepositOrigin,
  DepositState,
} from "@/lib/generated/prisma/client";
import { newId, newPublicCode } from "@/lib/kit/ids";
import { addMs, DAY_MS } from "@/lib/kit/time";

/** How long an abandoned purchase keeps its "waiting" before the screen calls it not completed. */
export const DEPOSIT_OPEN_MS = DAY_MS;

/** A new deposit row, not yet written. Every row has a deadline, so none can wait for ever. */
export function newDeposit(
  ctx: Ctx,
  input: {
    customerId: string;
    method?: DepositMethod;
    origin: DepositOrigin;
    state: DepositState;
    askedCents: bigint | null;
    attemptKey?: string;
    openMs?: number;
  },
): Omit<Deposit, "paidCents" | "settledAt" | "failedAt" | "reason" | "providerPaidAt"> {
  const now = ctx.now();
  const id = newId("deposit", now.getTime());
  const deadlineAt = addMs(now, input.openMs ?? DEPOSIT_OPEN_MS);
  return {
    id,
    merchantId: ctx.merchantId,
    customerId: input.customerId,
    method: input.method ?? "pesavoucher",
    origin: input.origin,
    state: input.state,
    currency: "KES",
    askedCents: input.askedCents,
    attemptKey: input.attemptKey ?? id,
    refundCents: 0n,
    payReference: null,
    sessionTokenHash: null,
    providerPaymentId: null,
    providerReceipt: null,
    publicCode: newPublicCode(),
    nextCheckAt: deadlineAt,
    checksDone: 0,
    deadlineAt,
    createdAt: now,
    submittedAt: now,
  };
}
