import type { Ctx } from "@/lib/context";
import type { MessageOutcome } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import type { Applied } from "../applied";
import type { AddressedRefund } from "./find-addressed-refund";
import { failRefund } from "./fail-refund";
import { isReceiptOfAnotherRefund } from "./is-receipt-of-another-refund";
import { parkRefund } from "./park-refund";
import type { RefundReason } from "./refund-reasons";
import { settleRefund, type RefundEvidence } from "./settle-refund";

/** How a message about a refund ended. */
export function ended(
  refund: { readonly id: string },
  outcome: MessageOutcome,
  note: string,
): Applied {
  return { outcome, note, subjectId: refund.id };
}

/** Settles a refund by what a message proves, and says what became of it. */
export async function settleByMessage(
  ctx: Ctx,
  refund: AddressedRefund,
  evidence: RefundEvidence,
): Promise<Applied> {
  const settled = await settleRefund(ctx, { refundId: refund.id, evidence });
  switch (settled) {
    case "settled":
      return ended(refund, "applied", "given back");
    case "already-settled":
      return ended(refund, "duplicate", "given back before");
    case "contradiction":
      return ended(refund, "refused", "says given back, and the money was put back");
    case "for-a-person":
      return ended(refund, "refused", "says given back, and a person decides");
    default:
      return unreachable(settled);
  }
}

/**
 * Settles a refund by what a message says went back, and under which receipt. Another amount than was ordered,
 * or a receipt of another payment, is for a person.
 */
export async function settleAsOrdered(
  ctx: Ctx,
  refund: AddressedRefund,
  told: {
    readonly kind: "reversal_result" | "status_result";
    /** Null where the message names none. */
    readonly amountCents: bigint | null;
    readonly receipt: string | null;
  },
): Promise<Applied> {
  const { kind, amountCents, receipt } = told;
  if (amountCents !== null && amountCents !== refund.amountCents) {
    await parkRefund(ctx, { refundId: refund.id, reason: "amount_mismatch" });
    const amount = decimalFromCents(amountCents);
    return ended(refund, "quarantined", `gave back ${amount}, which was not ordered`);
  }
  if (receipt !== null && (await isReceiptOfAnotherRefund(ctx, refund, receipt))) {
    await parkRefund(ctx, { refundId: refund.id, reason: "receipt_reused" });
    return ended(refund, "quarantined", "its receipt belongs to another payment");
  }
  const namesAmount = amountCents !== null;
  return settleByMessage(ctx, refund, { kind, namesAmount, receipt });
}

/** Puts the money of a refund back by what a message proves, and says what became of it. */
export async function failByMessage(
  ctx: Ctx,
  refund: AddressedRefund,
  { reason, said }: { reason: RefundReason; said: string },
): Promise<Applied> {
  if (await failRefund(ctx, { refundId: refund.id, reason })) {
    return ended(refund, "applied", `not given back: ${reason}`);
  }
  const { state } = await ctx.db.refund.findUniqueOrThrow({
    where: { id: refund.id },
    select: { state: true },
  });
  return state === "failed"
    ? ended(refund, "duplicate", "put back before")
    : ended(refund, "refused", `says ${said}, and the refund is ${state}`);
}
