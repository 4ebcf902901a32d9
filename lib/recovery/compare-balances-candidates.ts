import type { Ctx } from "@/lib/context";
import { decimalFromCents } from "@/lib/kit/money";
import type { DriftCandidate } from "./balance-views";

const ROWS_MAX = 20;

/** Open payments by voucher that could be why the provider's balance moved: what a person looks at first. */
export async function findCandidates(ctx: Ctx): Promise<DriftCandidate[]> {
  const { merchantId } = ctx;
  const rows = await ctx.db.$queryRaw<
    { id: string; why: DriftCandidate["why"]; cents: bigint | null; at: Date }[]
  >`
    SELECT * FROM (
      SELECT d.id, 'bought_not_redeemed' AS why, d.asked_cents AS cents, d.provider_paid_at AS at
        FROM deposits d
       WHERE d.merchant_id = ${merchantId} AND d.method = 'pesavoucher' AND d.provider_paid_at IS NOT NULL
         AND d.settled_at IS NULL
      UNION ALL
      SELECT v.deposit_id, 'redemption_unknown', coalesce(v.amount_cents, d.asked_cents), v.redeem_sent_at
        FROM voucher_redemptions v JOIN deposits d ON d.id = v.deposit_id
       WHERE v.merchant_id = ${merchantId} AND v.settled_at IS NULL AND v.redeem_sent_at IS NOT NULL
         AND v.state IN ('unknown', 'redeeming')
      UNION ALL
      SELECT w.id, 'voucher_unconfirmed', w.amount_cents, w.sent_at
        FROM withdrawals w
       WHERE w.merchant_id = ${merchantId} AND w.method = 'pesavoucher' AND w.settled_at IS NULL
         AND w.sent_at IS NOT NULL AND w.state IN ('sending', 'submitted', 'needs_review')) AS open
     ORDER BY at DESC, id LIMIT ${ROWS_MAX}`;
  // A deposit that was bought and whose redemption is unknown is one thing to look at.
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const row of rows) if (row.why === "redemption_unknown") byId.set(row.id, row);
  return [...byId.values()].map(({ cents, ...row }) => ({
    ...row,
    amount: cents === null ? null : decimalFromCents(cents),
  }));
}
