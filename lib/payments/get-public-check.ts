import type { Db } from "@/lib/db";
import { decimalFromCents } from "@/lib/kit/money";

export interface PublicCheck {
  readonly status: "paid" | "not_paid";
  readonly amount: string | null;
  readonly currency: string;
  readonly created_at: string;
  readonly merchant_name: string;
}

/** What anyone holding a receipt's short code may know: paid or not, amount, date, merchant. */
export async function getPublicCheck(db: Db, input: { code: string }): Promise<PublicCheck | null> {
  const deposit = await db.deposit.findUnique({
    where: { publicCode: input.code.toUpperCase() },
    include: { merchant: { select: { name: true } } },
  });
  if (!deposit) return null;
  const cents = deposit.paidCents ?? deposit.askedCents;
  return {
    status: deposit.state === "paid" ? "paid" : "not_paid",
    amount: cents === null ? null : decimalFromCents(cents),
    currency: deposit.currency,
    created_at: (deposit.settledAt ?? deposit.createdAt).toISOString(),
    merchant_name: deposit.merchant.name,
  };
}
