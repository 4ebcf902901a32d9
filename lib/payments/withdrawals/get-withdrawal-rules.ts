import type { Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import type { TypedRules } from "./save-withdrawal-rules";
import { readRules } from "./withdrawal-rules";

/** The merchant's rules as their form shows them, in shillings. For staff. */
export async function getWithdrawalRules(ctx: Ctx): Promise<TypedRules> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const rules = await readRules(ctx);
  const orNever = (cents: bigint | null) => (cents === null ? "" : decimalFromCents(cents));
  return {
    perPayment: decimalFromCents(rules.perPaymentCents),
    day: decimalFromCents(rules.dayCents),
    week: decimalFromCents(rules.weekCents),
    approvalAbove: orNever(rules.approvalAboveCents),
    reviewAbove: orNever(rules.reviewAboveCents),
    voucherFee: decimalFromCents(rules.voucherFeeCents),
    mpesaFee: decimalFromCents(rules.mpesaFeeCents),
    voucherFloor: decimalFromCents(rules.voucherFloorCents),
    mpesaFloor: decimalFromCents(rules.mpesaFloorCents),
  };
}
