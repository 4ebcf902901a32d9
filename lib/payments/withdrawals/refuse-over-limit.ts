import type { Ctx } from "@/lib/context";
import { InvalidInputError } from "@/lib/errors";
import { effectiveLimits, takenOut, type TakenOut } from "./customer-limits";
import type { Rules } from "./withdrawal-rules";

/**
 * Throws `InvalidInputError` when the amount is over what merchant and customer allow for one payment, for
 * 24 hours or for 7 days. Inside a transaction that has moved the customer's balance, nobody else can
 * spend the same room: that balance is locked. `except` is the withdrawal itself, already written. Returns
 * what was taken out before.
 */
export async function refuseOverLimit(
  ctx: Ctx,
  input: { customerId: string; amountCents: bigint; rules: Rules; except?: string },
): Promise<TakenOut> {
  const limits = await effectiveLimits(ctx, input);
  if (input.amountCents > limits.payment)
    throw new InvalidInputError({ amount: "over_payment_limit" });
  const taken = await takenOut(ctx, input);
  if (taken.dayCents + input.amountCents > limits.day)
    throw new InvalidInputError({ amount: "over_day_limit" });
  if (taken.weekCents + input.amountCents > limits.week)
    throw new InvalidInputError({ amount: "over_week_limit" });
  return taken;
}
