import type { Ctx } from "@/lib/context";
import { UnavailableError } from "@/lib/errors";
import type { ProviderAccount, WithdrawalMethod } from "@/lib/generated/prisma/client";
import { findPayoutAccount } from "@/lib/merchants/open-payout-account";
import { VOUCHER_PAYOUT_LIMITS } from "../schemas";
import type { Rules } from "./withdrawal-rules";

/** Whether a method pays out now: `paused` while the merchant's money there is low, `off` when not set up. */
export type PayoutState = "on" | "paused" | "off";

/** Says of each method whether it pays out now, from what its provider said last. */
export async function readPayoutStates(
  ctx: Ctx,
  rules: Rules,
): Promise<Readonly<Record<WithdrawalMethod, PayoutState>>> {
  const [account, pesavoucher] = await Promise.all([
    findPayoutAccount(ctx),
    voucherState(ctx, rules),
  ]);
  return { pesavoucher, mpesa: mpesaState(account) };
}

/**
 * The account that pays by this method; null for vouchers, which need none. Throws `UnavailableError`
 * while the method does not pay out: nothing is held for a payment that would only wait.
 */
export async function requirePayouts(
  ctx: Ctx,
  input: { method: WithdrawalMethod; rules: Rules },
): Promise<ProviderAccount | null> {
  const isMpesa = input.method === "mpesa";
  const account = isMpesa ? await findPayoutAccount(ctx) : null;
  const state = isMpesa ? mpesaState(account) : await voucherState(ctx, input.rules);
  if (state === "paused") throw new UnavailableError("payouts_paused");
  if (state === "off") throw new UnavailableError("payouts_not_set_up");
  return account;
}

function mpesaState(account: ProviderAccount | null): PayoutState {
  if (!account) return "off";
  return account.payoutsStopped === null ? "on" : "paused";
}

async function voucherState(ctx: Ctx, rules: Rules): Promise<PayoutState> {
  const float = await ctx.db.providerFloat.findUnique({
    where: { merchantId_name: { merchantId: ctx.merchantId, name: "pesavoucher" } },
  });
  if (!float) return "on";
  // Even the smallest voucher would bring it below the floor.
  const leavesCents = float.availableCents - VOUCHER_PAYOUT_LIMITS.minCents;
  return leavesCents < rules.voucherFloorCents ? "paused" : "on";
}
