import type { Ctx } from "@/lib/context";

export interface VoucherBooks {
  /** What the provider owes the merchant as far as our books know. */
  readonly bookedCents: bigint;
  /** Held for vouchers that were ordered and that nobody has confirmed: the provider may have taken it. */
  readonly inFlightCents: bigint;
  /** A code is being redeemed at this moment: the provider may know before the books do. */
  readonly isRedeeming: boolean;
}

/** What our books say of the voucher provider, in one statement. */
export async function readVoucherBooks(ctx: Ctx): Promise<VoucherBooks> {
  const { merchantId } = ctx;
  const rows = await ctx.db.$queryRaw<VoucherBooks[]>`
    SELECT (SELECT coalesce(-sum(coalesce(r.amount_cents, 0) + coalesce((
                     SELECT sum(l.amount_cents) FROM ledger_lines l
                      WHERE l.account_id = a.id AND l.xid >= coalesce(r.xid_below, 0)), 0)), 0)::bigint
              FROM ledger_accounts a
              LEFT JOIN ledger_rollups r ON r.account_id = a.id
               AND r.xid_below <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
             WHERE a.merchant_id = ${merchantId} AND a.kind = 'provider' AND a.owner = 'pesavoucher'
               AND a.currency = 'KES') AS "bookedCents",
           (SELECT coalesce(sum(w.amount_cents), 0)::bigint FROM withdrawals w
             WHERE w.merchant_id = ${merchantId} AND w.method = 'pesavoucher' AND w.settled_at IS NULL
               AND w.state IN ('sending', 'submitted', 'needs_review') AND w.sent_at IS NOT NULL
               AND w.reason IS DISTINCT FROM 'contradiction') AS "inFlightCents",
           EXISTS (
             SELECT FROM voucher_redemptions v
              WHERE v.merchant_id = ${merchantId} AND v.settled_at IS NULL AND v.state = 'redeeming'
                AND v.redeem_sent_at IS NOT NULL AND v.lease_until > ${ctx.now()}) AS "isRedeeming"`;
  const [books] = rows;
  if (!books) throw new Error("a statement without a table has one row");
  return books;
}
