import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import { readRules } from "@/lib/payments/withdrawals/withdrawal-rules";
import type { Weighed } from "./review-action";

/** True when this person alone may not do it: it is above the merchant's limit, or they would gain by it. */
export async function needsSecondPerson(
  ctx: Ctx,
  weighed: Weighed,
  staffId: string,
): Promise<boolean> {
  const { reviewAboveCents } = await readRules(ctx);
  if (reviewAboveCents !== null && weighed.amountCents > reviewAboveCents) return true;
  return gainsBy(ctx, weighed, staffId);
}

/** True when the money would go to this person's own account, phone or address, or came from their phone. */
export async function gainsBy(ctx: Ctx, weighed: Weighed, staffId: string): Promise<boolean> {
  if (weighed.customerId === staffId) return true;
  const person = await ctx.db.user.findUnique({
    where: { id: staffId },
    select: { phone: true, email: true },
  });
  const own = [
    person?.phone && keyedHash("phone", person.phone),
    person?.email && keyedHash("email", person.email),
  ];
  return weighed.parties.some((party) => own.includes(party));
}
