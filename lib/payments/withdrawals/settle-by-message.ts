import type { Ctx } from "@/lib/context";
import type { MessageOutcome } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import type { Applied } from "../applied";
import { failWithdrawal } from "./fail-withdrawal";
import type { Addressed } from "./find-addressed";
import { isReceiptOfAnother } from "./is-receipt-of-another";
import { parkWithdrawal } from "./park-withdrawal";
import { settleWithdrawal } from "./settle-withdrawal";

/** What a message of M-Pesa's says of a payout that was made. */
export interface ToldPayout {
  readonly kind: "b2c_result" | "status_result";
  /** Null where it names none. */
  readonly amountCents: bigint | null;
  readonly receipt: string | null;
  /** Masked; null where it does not say whom it paid. */
  readonly receiverName: string | null;
}

/** How a message about a withdrawal ended. */
export function ended(withdrawal: Addressed, outcome: MessageOutcome, note: string): Applied {
  return { outcome, note, subjectId: withdrawal.id };
}

/**
 * Settles a withdrawal by what a message says was paid, and says what became of it. Another amount than was
 * ordered, or a receipt of another payment, is for a person.
 */
export async function settleByMessage(
  ctx: Ctx,
  withdrawal: Addressed,
  told: ToldPayout,
): Promise<Applied> {
  const { kind, amountCents, receipt, receiverName } = told;
  const withdrawalId = withdrawal.id;
  if (amountCents !== null && amountCents !== withdrawal.amountCents) {
    await parkWithdrawal(ctx, { withdrawalId, reason: "amount_mismatch" });
    const amount = decimalFromCents(amountCents);
    return ended(withdrawal, "quarantined", `paid ${amount}, which was not ordered`);
  }
  if (receipt !== null && (await isReceiptOfAnother(ctx, withdrawal, receipt))) {
    await parkWithdrawal(ctx, { withdrawalId, reason: "receipt_reused" });
    return ended(withdrawal, "quarantined", "its receipt belongs to another payment");
  }
  const namesAmount = amountCents !== null;
  const settled = await settleWithdrawal(ctx, {
    withdrawalId,
    evidence: { kind, namesAmount, receipt, receiverName },
  });
  switch (settled) {
    case "settled":
      return ended(withdrawal, "applied", `paid${asFound(kind)}`);
    case "already-settled":
      return ended(withdrawal, "duplicate", "paid before");
    case "contradiction":
      return ended(withdrawal, "refused", "says paid, and the money was given back");
    case "for-a-person":
      return ended(withdrawal, "refused", "says paid, and a person decides");
    default:
      return unreachable(settled);
  }
}

/** Gives the money of a withdrawal back by what a message proves, and says what became of it. */
export async function failByMessage(
  ctx: Ctx,
  withdrawal: Addressed,
  message: {
    readonly kind: ToldPayout["kind"];
    readonly reason: Parameters<typeof failWithdrawal>[1]["reason"];
    /** M-Pesa's own word. */
    readonly said: string;
  },
): Promise<Applied> {
  const { kind, reason, said } = message;
  if (await failWithdrawal(ctx, { withdrawalId: withdrawal.id, reason })) {
    const why = kind === "b2c_result" ? reason : said;
    return ended(withdrawal, "applied", `not paid: ${why}${asFound(kind)}`);
  }
  const { state } = await ctx.db.withdrawal.findUniqueOrThrow({
    where: { id: withdrawal.id },
    select: { state: true },
  });
  return state === "failed"
    ? ended(withdrawal, "duplicate", "given back before")
    : ended(withdrawal, "refused", `says ${said}, and the withdrawal is ${state}`);
}

function asFound(kind: ToldPayout["kind"]): string {
  return kind === "status_result" ? ", as the look-up found" : "";
}
