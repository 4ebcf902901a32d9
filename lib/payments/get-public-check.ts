import type { Db } from "@/lib/db";
import { decimalFromCents } from "@/lib/kit/money";

export interface PublicCheck {
  /** To the merchant, or from it. */
  readonly direction: "in" | "out";
  readonly status: "paid" | "not_paid" | "given_back";
  readonly amount: string | null;
  readonly currency: string;
  readonly created_at: string;
  readonly merchant_name: string;
}

/** What anyone holding a receipt's short code may know: paid, given back or not paid, amount, date, merchant. */
export async function getPublicCheck(db: Db, input: { code: string }): Promise<PublicCheck | null> {
  const publicCode = input.code.toUpperCase();
  const include = { merchant: { select: { name: true } } } as const;
  const [deposit, withdrawal] = await Promise.all([
    db.deposit.findUnique({ where: { publicCode }, include }),
    db.withdrawal.findUnique({ where: { publicCode }, include }),
  ]);
  if (deposit) return checkOf("in", deposit, deposit.paidCents ?? deposit.askedCents);
  return withdrawal ? checkOf("out", withdrawal, withdrawal.amountCents) : null;
}

function checkOf(
  direction: PublicCheck["direction"],
  payment: {
    state: string;
    currency: string;
    createdAt: Date;
    settledAt: Date | null;
    merchant: { name: string };
  },
  cents: bigint | null,
): PublicCheck {
  return {
    direction,
    status: statusOf(payment.state),
    amount: cents === null ? null : decimalFromCents(cents),
    currency: payment.currency,
    created_at: (payment.settledAt ?? payment.createdAt).toISOString(),
    merchant_name: payment.merchant.name,
  };
}

function statusOf(state: string): PublicCheck["status"] {
  if (state === "reversed") return "given_back";
  return state === "paid" ? "paid" : "not_paid";
}
