import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import type { WithdrawalAllowance } from "../schemas";
import { effectiveLimits, takenOut } from "./customer-limits";
import { readPayoutStates } from "./payouts-available";
import { feeCentsOf, readRules } from "./withdrawal-rules";

/** What the signed-in customer may take out now, and by which methods. */
export async function getAllowance(ctx: Ctx): Promise<WithdrawalAllowance> {
  if (ctx.actor.kind !== "customer") throw new NotFoundError();
  const customerId = ctx.actor.id;
  const rules = await readRules(ctx);
  const [limits, taken, balance, states] = await Promise.all([
    effectiveLimits(ctx, { customerId, rules }),
    takenOut(ctx, { customerId }),
    readCustomerBalance(ctx.db, { merchantId: ctx.merchantId, customerId }),
    readPayoutStates(ctx, rules),
  ]);
  const dayLeft = leftOf(limits.day, taken.dayCents);
  const weekLeft = leftOf(limits.week, taken.weekCents);
  const paymentLeft = [limits.payment, dayLeft, weekLeft].reduce((a, b) => (a < b ? a : b));
  return {
    available: decimalFromCents(balance.availableCents),
    payment_left: decimalFromCents(paymentLeft),
    day_limit: decimalFromCents(limits.day),
    day_left: decimalFromCents(dayLeft),
    week_limit: decimalFromCents(limits.week),
    week_left: decimalFromCents(weekLeft),
    methods: {
      pesavoucher: {
        state: states.pesavoucher,
        fee: decimalFromCents(feeCentsOf(rules, "pesavoucher")),
      },
      mpesa: { state: states.mpesa, fee: decimalFromCents(feeCentsOf(rules, "mpesa")) },
    },
  };
}

function leftOf(limitCents: bigint, takenCents: bigint): bigint {
  return limitCents > takenCents ? limitCents - takenCents : 0n;
}
