import type { Ctx } from "@/lib/context";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { customerHeld, type AccountRef } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { END_KIND, HOLD_KIND } from "./hold-money";

/**
 * Ends the hold of a withdrawal, in the caller's transaction: all of it goes to the given accounts. A
 * withdrawal has one such movement, ever, so what was paid cannot be given back as well. Returns its id.
 */
export async function endHold(
  tx: Ctx,
  withdrawal: Pick<Withdrawal, "id" | "customerId" | "amountCents" | "feeCents">,
  to: readonly { account: AccountRef; amountCents: bigint }[],
  { givesBack }: { givesBack: boolean },
): Promise<string> {
  const hold = await tx.db.ledgerMovement.findUniqueOrThrow({
    where: {
      merchantId_kind_ref: { merchantId: tx.merchantId, kind: HOLD_KIND, ref: withdrawal.id },
    },
    select: { id: true },
  });
  const totalCents = withdrawal.amountCents + withdrawal.feeCents;
  const posted = await postMovement(tx.db, {
    merchantId: tx.merchantId,
    kind: END_KIND,
    ref: withdrawal.id,
    reversesId: givesBack ? hold.id : undefined,
    now: tx.now(),
    lines: [{ account: customerHeld(withdrawal.customerId), amountCents: -totalCents }, ...to],
  });
  assert(posted.kind === "posted", "a withdrawal that just ended held its money until now");
  return posted.movementId;
}
