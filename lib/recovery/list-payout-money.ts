import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import { ForbiddenError } from "@/lib/errors";
import { unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { listFloats, type Float } from "@/lib/payments/withdrawals/list-floats";
import { readPayoutStates } from "@/lib/payments/withdrawals/payouts-available";
import { readRules } from "@/lib/payments/withdrawals/withdrawal-rules";
import type { PayoutMoney } from "./schemas";

/**
 * Every place that withdrawals are paid from, also one that was never paid from: an operator may be turned
 * away at the first try. For staff; throws `ForbiddenError` otherwise.
 */
export async function listPayoutMoney(ctx: Ctx): Promise<PayoutMoney[]> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const rules = await readRules(ctx);
  const [floats, states, accounts] = await Promise.all([
    listFloats(ctx),
    readPayoutStates(ctx, rules),
    ctx.db.providerAccount.findMany({
      where: {
        merchantId: ctx.merchantId,
        provider: "mpesa",
        environment: env().mpesa.environment,
        initiatorName: { not: null },
        // One that collects, and whose operator only reverses and asks, is shown when that is stopped.
        NOT: { isDefault: true, isPayoutDefault: false, payoutsStopped: null },
      },
      orderBy: { shortcode: "asc" },
      select: { id: true, shortcode: true, payoutsStopped: true },
    }),
  ]);
  const seen = (name: string) => floats.find((float) => float.name === name);
  const voucher = seen("pesavoucher");
  return [
    {
      ...toldOf(voucher),
      method: "pesavoucher",
      shortcode: null,
      accountId: null,
      floor: decimalFromCents(rules.voucherFloorCents),
      state: voucherStateOf(states.pesavoucher, voucher),
      stopped: null,
    },
    ...accounts.map(({ id, shortcode, payoutsStopped }): PayoutMoney => {
      const float = seen(`mpesa:${shortcode}`);
      return {
        ...toldOf(float),
        method: "mpesa",
        shortcode,
        accountId: id,
        floor: decimalFromCents(rules.mpesaFloorCents),
        state: payoutsStopped !== null ? "stopped" : lowOrOk(float),
        stopped: payoutsStopped,
      };
    }),
  ];
}

function toldOf(float: Float | undefined): Pick<PayoutMoney, "available" | "observedAt"> {
  return { available: float?.available ?? null, observedAt: float?.observedAt ?? null };
}

function voucherStateOf(
  state: Awaited<ReturnType<typeof readPayoutStates>>["pesavoucher"],
  float: Float | undefined,
): PayoutMoney["state"] {
  switch (state) {
    case "on":
      return lowOrOk(float);
    case "paused":
    case "off":
      return "paused";
    default:
      return unreachable(state);
  }
}

function lowOrOk(float: Float | undefined): "low" | "ok" {
  return float?.isLow ? "low" : "ok";
}
