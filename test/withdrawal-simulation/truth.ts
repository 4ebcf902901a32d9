import { db } from "@/lib/db";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import type { Payout } from "@/sandbox/daraja/payout";
import type { PayoutVoucherView } from "@/sandbox/control/view-voucher-payout";
import type { Plan } from "./plan";
import type { Round } from "./round";

const ALL = 100_000;

/** One withdrawal in both books: what we made of it, and what its provider did. */
export interface Account {
  readonly row: Withdrawal;
  readonly plan: Plan;
  /** What the provider has paid for it, in cents; zero for nothing. */
  readonly paidOutCents: bigint;
  /** How often the provider has paid for it. */
  readonly payouts: number;
  /** M-Pesa has the order and may still carry it out. */
  readonly isPending: boolean;
  readonly payout: Payout | null;
  readonly voucher: PayoutVoucherView | null;
}

/** Reads every withdrawal of a round, and beside it what the providers' own books say of it. */
export async function readAccounts(round: Round): Promise<Account[]> {
  const [rows, payouts, vouchers] = await Promise.all([
    db().withdrawal.findMany({ orderBy: { createdAt: "asc" } }),
    round.control.payouts({ limit: ALL }),
    round.control.payoutVouchers({ limit: ALL }),
  ]);
  // Their addresses for results name the withdrawal, whatever reference they were ordered with.
  const payoutsOf = groupById(payouts, ({ resultUrl }) => resultUrl);
  const vouchersOf = groupById(vouchers, ({ callbackUrl }) => callbackUrl ?? "");
  return rows.map((row): Account => {
    const plan = round.withdrawals.get(row.id);
    if (!plan) throw new Error(`${row.id} was never noticed`);
    const own = payoutsOf.get(row.id) ?? [];
    const issued = vouchersOf.get(row.id) ?? [];
    const paid = [...own.filter(({ state }) => state === "completed"), ...issued];
    return {
      row,
      plan,
      paidOutCents: paid.reduce((sum, { amountCents }) => sum + amountCents, 0n),
      payouts: paid.length,
      isPending: own.some(({ state }) => state === "pending"),
      payout: own.at(-1) ?? null,
      voucher: issued.at(-1) ?? null,
    };
  });
}

function groupById<T>(items: readonly T[], addressOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const id = /wdr_[0-9a-f]{32}/.exec(addressOf(item))?.[0] ?? "";
    groups.set(id, [...(groups.get(id) ?? []), item]);
  }
  return groups;
}
