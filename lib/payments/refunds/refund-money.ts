import type { Ctx } from "@/lib/context";
import { ConflictError } from "@/lib/errors";
import type { Refund } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import {
  customerAvailable,
  customerHeld,
  IN_TRANSIT,
  SUSPENSE,
  type AccountRef,
} from "@/lib/ledger/accounts";
import { isOverdraft } from "@/lib/ledger/overdraft";
import { postMovement } from "@/lib/ledger/post-movement";

/** The movement that sets the money of a refund aside; there is one per reversal. */
export const REFUND_HOLD_KIND = "refund_hold";
/** The movement that ends it: given back to the payer, or put back, and by its key never both. */
export const REFUND_END_KIND = "refund_end";
/** The movement of money that went back although nothing was held for it: there is one per refund at most. */
export const REFUND_UNHELD_KIND = "refund_unheld";

type Held = Pick<Refund, "id" | "customerId" | "amountCents">;

/** Where the money is before a refund and after one that failed: with the customer, or nobody's. */
function restOf({ customerId }: Held): AccountRef {
  return customerId === null ? SUSPENSE : customerAvailable(customerId);
}

function heldOf({ customerId }: Held): AccountRef {
  return customerId === null ? IN_TRANSIT : customerHeld(customerId);
}

/**
 * Sets the money of a refund aside, in the caller's transaction, before anybody is asked. Throws
 * `ConflictError` when the customer has spent it.
 */
export async function holdRefundMoney(tx: Ctx, refund: Held): Promise<void> {
  const { id, amountCents } = refund;
  try {
    const posted = await postMovement(tx.db, {
      merchantId: tx.merchantId,
      kind: REFUND_HOLD_KIND,
      ref: id,
      now: tx.now(),
      lines: [
        { account: restOf(refund), amountCents: -amountCents },
        { account: heldOf(refund), amountCents },
      ],
    });
    assert(posted.kind === "posted", "a new refund holds nothing yet");
  } catch (error) {
    if (isOverdraft(error)) throw new ConflictError("refund_spent");
    throw error;
  }
}

/** Puts the money of a refund that failed back where it was. Returns the movement's id. */
export function putBackRefundMoney(tx: Ctx, refund: Held): Promise<string> {
  return endHold(tx, refund, restOf(refund), { putsBack: true });
}

/** Books that the provider has given the money back to whoever paid it. Returns the movement's id. */
export function payOutRefundMoney(tx: Ctx, refund: Held, provider: AccountRef): Promise<string> {
  return endHold(tx, refund, provider, { putsBack: false });
}

/**
 * Books that the provider gave money back for which nothing is held: it was put back before, or nobody had
 * ordered it. `from` pays for it. Returns the movement's id; throws `ConflictError` when a customer's balance
 * does not cover it.
 */
export async function payUnheldRefund(
  tx: Ctx,
  refund: Pick<Refund, "id" | "amountCents">,
  { from, provider }: { from: AccountRef; provider: AccountRef },
): Promise<string> {
  const { id, amountCents } = refund;
  try {
    const posted = await postMovement(tx.db, {
      merchantId: tx.merchantId,
      kind: REFUND_UNHELD_KIND,
      ref: id,
      now: tx.now(),
      lines: [
        { account: from, amountCents: -amountCents },
        { account: provider, amountCents },
      ],
    });
    assert(posted.kind === "posted", "what went back without a hold is booked once");
    return posted.movementId;
  } catch (error) {
    if (isOverdraft(error)) throw new ConflictError("balance_does_not_cover");
    throw error;
  }
}

async function endHold(
  tx: Ctx,
  refund: Held,
  to: AccountRef,
  { putsBack }: { putsBack: boolean },
): Promise<string> {
  const { id, amountCents } = refund;
  const { merchantId } = tx;
  const hold = await tx.db.ledgerMovement.findUniqueOrThrow({
    where: { merchantId_kind_ref: { merchantId, kind: REFUND_HOLD_KIND, ref: id } },
    select: { id: true },
  });
  const posted = await postMovement(tx.db, {
    merchantId,
    kind: REFUND_END_KIND,
    ref: id,
    reversesId: putsBack ? hold.id : undefined,
    now: tx.now(),
    lines: [
      { account: heldOf(refund), amountCents: -amountCents },
      { account: to, amountCents },
    ],
  });
  assert(posted.kind === "posted", "a refund that just ended held its money until now");
  return posted.movementId;
}
