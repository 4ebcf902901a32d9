import type { Ctx } from "@/lib/context";
import type { MessageOutcome } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import type { Applied } from "../applied";
import type { AddressedRefund } from "./find-addressed-refund";
import { failRefund } from "./fail-refund";
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
