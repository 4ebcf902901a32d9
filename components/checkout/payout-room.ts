import { assert } from "@/lib/kit/assert";
import { decimalFromCents, formatKes } from "@/lib/kit/money";
import {
  MPESA_PAYOUT_LIMITS,
  VOUCHER_PAYOUT_LIMITS,
  type WithdrawalAllowance,
} from "@/lib/payments/schemas";
import type { QuickAmount } from "./amount-field";
import type { Method } from "./method-choice";

const USUAL_AMOUNTS = ["200", "500", "1000", "2500"];
const QUICK_MAX = 4;

/** What can be taken out by one method now, and when it is nothing, what is in the way. */
export type PayoutRoom =
  | { kind: "open"; minCents: bigint; maxCents: bigint }
  /** Balance less fee is under the method's smallest amount. */
  | { kind: "balance_low"; minCents: bigint }
  /** The limits leave less than the method's smallest amount. */
  | { kind: "limit_reached"; minCents: bigint };

/** The amounts that would be accepted now: within the method, the limits, and the balance less the fee. */
export function payoutRoom(allowance: WithdrawalAllowance, method: Method): PayoutRoom {
  const limits = method === "mpesa" ? MPESA_PAYOUT_LIMITS : VOUCHER_PAYOUT_LIMITS;
  const { minCents } = limits;
  const spendableCents = centsOf(allowance.available) - centsOf(allowance.methods[method].fee);
  const allowedCents = centsOf(allowance.payment_left);
  if (allowedCents < minCents) return { kind: "limit_reached", minCents };
  if (spendableCents < minCents) return { kind: "balance_low", minCents };
  const maxCents = [limits.maxCents, allowedCents, spendableCents].reduce((a, b) =>
    a < b ? a : b,
  );
  // M-Pesa moves whole shillings; the cents stay in the balance.
  return {
    kind: "open",
    minCents,
    maxCents: method === "mpesa" ? maxCents - (maxCents % 100n) : maxCents,
  };
}

/** The usual amounts there is room for, then all of it. */
export function quickPayouts(
  room: { minCents: bigint; maxCents: bigint },
  all: string,
): QuickAmount[] {
  const fitting = USUAL_AMOUNTS.filter((amount) => {
    const cents = BigInt(amount) * 100n;
    return cents >= room.minCents && cents < room.maxCents;
  });
  const whole = decimalFromCents(room.maxCents).replace(/\.00$/, "");
  return [
    ...fitting.slice(1 - QUICK_MAX).map((amount) => ({ amount })),
    { amount: whole, label: all },
  ];
}

/** `KSh 12,340.50`, cents left out where there are none. */
export function roomText(cents: bigint): string {
  return formatKes(cents, { whole: true }).replace(" ", "\u00a0");
}

/** The cents of an amount as resources write it. */
export function centsOf(decimal: string): bigint {
  const match = /^(-?\d+)\.(\d\d)$/.exec(decimal);
  assert(match, "an amount in a resource has two decimals");
  return BigInt(`${match[1]}${match[2]}`);
}
