import type { Ctx } from "@/lib/context";
import { isOverdraft } from "@/lib/ledger/overdraft";
import { InvalidInputError } from "@/lib/errors";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { customerAvailable, customerHeld } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";

/** The movement that sets money aside; there is one per withdrawal. */
export const HOLD_KIND = "withdrawal_hold";
/** The movement that ends the hold: paid or given back, and by its key never both. */
export const END_KIND = "withdrawal_end";

/**
 * Sets amount and fee of a withdrawal aside, in the caller's transaction, and with it locks the customer's
 * balance until that ends. Throws `InvalidInputError` when the customer has not so much.
 */
export async function holdMoney(
  tx: Ctx,
  withdrawal: Pick<Withdrawal, "id" | "customerId" | "amountCents" | "feeCents">,
): Promise<void> {
  const { id, customerId } = withdrawal;
  const totalCents = withdrawal.amountCents + withdrawal.feeCents;
  try {
    const posted = await postMovement(tx.db, {
      merchantId: tx.merchantId,
      kind: HOLD_KIND,
      ref: id,
      now: tx.now(),
      lines: [
        { account: customerAvailable(customerId), amountCents: -totalCents },
        { account: customerHeld(customerId), amountCents: totalCents },
      ],
    });
    assert(posted.kind === "posted", "a new withdrawal holds nothing yet");
  } catch (error) {
    if (isOverdraft(error)) throw new InvalidInputError({ amount: "above_balance" });
    throw error;
  }
}
