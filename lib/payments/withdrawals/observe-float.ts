import type { Ctx } from "@/lib/context";
import { recordProviderCall } from "@/lib/provider-gate/record-provider-call";
import type { BalanceOutcome } from "@/lib/providers/sells-vouchers";
import { providers } from "@/lib/providers/registry";

/**
 * Keeps what a provider says the merchant has there for payouts. A newer word stays, unless it comes from a
 * clock that was ahead.
 */
export async function keepFloat(
  ctx: Ctx,
  float: { name: string; availableCents: bigint },
): Promise<void> {
  const observedAt = ctx.now();
  await ctx.db.$executeRaw`
    INSERT INTO provider_floats AS f (merchant_id, name, available_cents, observed_at)
    VALUES (${ctx.merchantId}, ${float.name}, ${float.availableCents}, ${observedAt})
    ON CONFLICT (merchant_id, name) DO UPDATE
       SET available_cents = excluded.available_cents, observed_at = excluded.observed_at
     WHERE f.observed_at <= excluded.observed_at OR f.observed_at > now() + interval '5 minutes'`;
}

/** Asks the voucher provider what the merchant has there, and keeps the answer. */
export async function observeVoucherFloat(
  ctx: Ctx,
  input: { subjectId: string },
): Promise<BalanceOutcome> {
  const provider = providers.voucher();
  const outcome = await recordProviderCall(
    ctx,
    { provider: provider.name, operation: "query_balance", subjectId: input.subjectId },
    () => provider.balance(),
  );
  if (outcome.kind === "answered") {
    await keepFloat(ctx, { name: provider.name, availableCents: outcome.balanceCents });
  }
  return outcome;
}
