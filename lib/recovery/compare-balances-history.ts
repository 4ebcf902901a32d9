import type { Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import type { BalanceHistory } from "./balance-views";
import { findCandidates } from "./compare-balances-candidates";

const ROWS_MAX = 30;
/** An alert stays for so many comparisons, or until later ones take the drift back. */
const ALERT_ROWS = 7;

/**
 * The last comparisons with the voucher provider's balance, and whether they leave a drift that nobody has
 * explained. For staff; throws `ForbiddenError` otherwise.
 */
export async function listComparisons(ctx: Ctx): Promise<BalanceHistory> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const found = await ctx.db.balanceComparison.findMany({
    where: { merchantId: ctx.merchantId, name: "pesavoucher" },
    orderBy: { day: "desc" },
    take: ROWS_MAX,
  });
  const recent = found.slice(0, ALERT_ROWS);
  const driftCents = recent.reduce((sum, row) => sum + row.driftCents, 0n);
  const first = recent.findLast((row) => row.driftCents !== 0n);
  const alert =
    driftCents === 0n || !first
      ? null
      : { drift: decimalFromCents(driftCents), since: first.comparedAt };
  return {
    rows: found.map((row) => ({
      day: row.day,
      booked: decimalFromCents(row.bookedCents),
      provider: decimalFromCents(row.providerCents),
      inFlight: decimalFromCents(row.inFlightCents),
      drift: decimalFromCents(row.driftCents),
      comparedAt: row.comparedAt,
    })),
    alert,
    candidates: alert ? await findCandidates(ctx) : [],
  };
}
