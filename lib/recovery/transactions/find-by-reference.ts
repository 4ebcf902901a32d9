import type { Ctx } from "@/lib/context";
import type { Deposit, ProviderTransaction } from "@/lib/generated/prisma/client";
import { readPayReference } from "@/lib/kit/pay-reference";

/**
 * The deposit whose account number the payer gave: the one its prompt named, or the short one that is
 * shown to who pays by hand, however it was typed. Null when it is none of this merchant's M-Pesa deposits.
 */
export async function findByReference(
  ctx: Ctx,
  { reference }: Pick<ProviderTransaction, "reference">,
): Promise<Deposit | null> {
  if (reference === null) return null;
  const where = { merchantId: ctx.merchantId, method: "mpesa" } as const;
  const payReference = readPayReference(reference);
  if (payReference !== null) {
    const deposit = await ctx.db.deposit.findFirst({ where: { ...where, payReference } });
    if (deposit) return deposit;
  }
  const publicCode = readPublicCode(reference);
  return publicCode === null ? null : ctx.db.deposit.findFirst({ where: { ...where, publicCode } });
}

/** The account number that a prompt names, however it was typed; null where there is none. */
export function readPublicCode(reference: string): string | null {
  return reference.replace(/[^0-9A-Za-z]/g, "").toUpperCase() || null;
}

/** True when the account number is the one that is shown to who pays by hand; no prompt ever carries it. */
export function isPayReferenceOf(
  { payReference }: Pick<Deposit, "payReference">,
  { reference }: { reference: string | null },
): boolean {
  return (
    payReference !== null && reference !== null && readPayReference(reference) === payReference
  );
}
