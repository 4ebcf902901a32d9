import type { Db } from "@/lib/db";

export interface CustomerBalance {
  readonly availableCents: bigint;
  readonly heldCents: bigint;
}

/** A customer's available and held money, in cents. Zero for a customer who never moved any. */
export async function readCustomerBalance(
  db: Db,
  owner: { merchantId: string; customerId: string },
): Promise<CustomerBalance> {
  const rows = await db.ledgerAccount.findMany({
    where: {
      merchantId: owner.merchantId,
      owner: owner.customerId,
      currency: "KES",
      kind: { in: ["customer_available", "customer_held"] },
    },
    select: { kind: true, balanceCents: true },
  });
  const of = (kind: string) => rows.find((row) => row.kind === kind)?.balanceCents ?? 0n;
  return { availableCents: of("customer_available"), heldCents: of("customer_held") };
}

/** Any account's balance as roll-up plus the lines since, in cents. Zero when it was never opened. */
export async function readAccountBalance(
  db: Db,
  account: { merchantId: string; kind: string; owner: string },
): Promise<bigint> {
  const rows = await db.$queryRaw<{ balance: bigint }[]>`
    SELECT (coalesce(r.amount_cents, 0) + coalesce((
             SELECT sum(l.amount_cents) FROM ledger_lines l
              WHERE l.account_id = a.id AND l.xid >= coalesce(r.xid_below, 0)), 0))::bigint AS balance
      FROM ledger_accounts a
      -- A roll-up from another server's count of transactions (a restored dump) says nothing here.
      LEFT JOIN ledger_rollups r ON r.account_id = a.id
       AND r.xid_below <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
     WHERE a.merchant_id = ${account.merchantId} AND a.kind::text = ${account.kind}
       AND a.owner = ${account.owner} AND a.currency = 'KES'`;
  return rows[0]?.balance ?? 0n;
}
