import { randomBytes } from "node:crypto";
import pg from "pg";
import { newId } from "@/lib/kit/ids";

const CUSTOMERS = 100;

/**
 * Fills a fresh database with one merchant's deposits, lines of M-Pesa's books and withdrawals, `count` of
 * each kind of payment together: what the lists read, without the books behind it.
 */
export async function fillLists(
  databaseUrl: string,
  count: number,
): Promise<{ merchantId: string; staffId: string }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const merchantId = newId("merchant");
  const staffId = newId("user");
  const accountId = newId("providerAccount");
  try {
    await client.query(
      "INSERT INTO merchants (id, slug, name, support_line) VALUES ($1, $1, 'Duka Bora', '0700')",
      [merchantId],
    );
    await client.query(
      `INSERT INTO users (id, merchant_id, role, name, email, password_hash)
       SELECT CASE i WHEN 0 THEN $2 ELSE 'usr_' || md5(i::text) END, $1,
              CASE i WHEN 0 THEN 'staff'::"UserRole" ELSE 'customer' END, 'Wanjiku', i || '@example.com', 'none'
         FROM generate_series(0, $3::int) AS i`,
      [merchantId, staffId, CUSTOMERS],
    );
    await client.query(
      `INSERT INTO provider_accounts (id, merchant_id, provider, environment, shortcode, kind, secrets_cipher,
                                      secrets_masked, app_key_hash, is_default, created_at)
       VALUES ($2, $1, 'mpesa', 'simulated', '174379', 'paybill', $3, '{}', 'none', true, now())`,
      [merchantId, accountId, randomBytes(8)],
    );
    await fillDeposits(client, merchantId, count);
    await fillWithdrawals(client, { merchantId, accountId }, Math.ceil(count / 10));
    await fillLines(client, { merchantId, accountId }, count);
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
  return { merchantId, staffId };
}

/** An id that sorts by when it was made, a second apart. */
const idAt = (prefix: string) =>
  `'${prefix}_' || lpad(to_hex(1700000000000 + i * 1000), 12, '0') || '7' || substr(md5('${prefix}' || i), 1, 19)`;

async function fillDeposits(client: pg.Client, merchantId: string, count: number): Promise<void> {
  await client.query(
    `INSERT INTO deposits (id, merchant_id, customer_id, method, origin, state, reason, asked_cents, paid_cents,
                           attempt_key, provider_receipt, public_code, pay_reference, deadline_at,
                           created_at, submitted_at, settled_at, failed_at)
     SELECT ${idAt("dep")}, $1, 'usr_' || md5((1 + i % $3::int)::text), 'mpesa', 'checkout',
            CASE WHEN i % 5 = 0 THEN 'failed'::"DepositState" ELSE 'paid' END,
            CASE WHEN i % 5 = 0 THEN 'cancelled' END, 10000,
            CASE WHEN i % 5 = 0 THEN NULL ELSE 10000 END, i::text,
            CASE WHEN i % 5 = 0 THEN NULL ELSE 'R' || i END, 'D' || i, 'P' || i, at.at, at.at, at.at,
            CASE WHEN i % 5 = 0 THEN NULL ELSE at.at END, CASE WHEN i % 5 = 0 THEN at.at END
       FROM generate_series(1, $2::int) AS i,
            LATERAL (SELECT to_timestamp(1700000000 + i) AS at) AS at`,
    [merchantId, count, CUSTOMERS],
  );
}

/** The oldest hundred wait for approval: as many as the list shows. */
async function fillWithdrawals(
  client: pg.Client,
  { merchantId, accountId }: { merchantId: string; accountId: string },
  count: number,
): Promise<void> {
  await client.query(
    `INSERT INTO withdrawals (id, merchant_id, customer_id, method, state, amount_cents, attempt_key,
                              requested_by_id, account_id, destination_hash, destination_cipher, destination_masked,
                              is_own_destination, provider_ref, provider_receipt, public_code, next_check_at,
                              deadline_at, created_at, sent_at, submitted_at, settled_at)
     SELECT ${idAt("wdr")}, $1, 'usr_' || md5((1 + i % $4::int)::text), 'mpesa',
            CASE WHEN i <= 100 THEN 'awaiting_approval'::"WithdrawalState" ELSE 'paid' END, 10000, i::text,
            'usr_' || md5((1 + i % $4::int)::text), $2, 'none', '\\x00', '0712 *** 001', true, 'W' || i, CASE WHEN i > 100 THEN 'WR' || i END, 'W' || i,
            CASE WHEN i <= 100 THEN at.at END, at.at, at.at, CASE WHEN i > 100 THEN at.at END,
            CASE WHEN i > 100 THEN at.at END, CASE WHEN i > 100 THEN at.at END
       FROM generate_series(1, $3::int) AS i,
            LATERAL (SELECT to_timestamp(1700000000 + i) AS at) AS at`,
    [merchantId, accountId, count, CUSTOMERS],
  );
}

/** One in a hundred is in suspense; one in ten came by M-Pesa's list, one in a thousand by a look-up. */
async function fillLines(
  client: pg.Client,
  owner: { merchantId: string; accountId: string },
  count: number,
): Promise<void> {
  await client.query(
    `INSERT INTO provider_transactions (id, merchant_id, account_id, kind, receipt, amount_cents, occurred_at,
                                        reference, details, standing, cause, payment_id, source, created_at, settled_at)
     SELECT ${idAt("ptx")}, $1, $2, 'payment_in', 'R' || i, 10000, at.at, 'D' || i, 'Pay Bill',
            CASE WHEN i % 100 = 0 THEN 'suspense'::"TransactionStanding" ELSE 'matched' END,
            CASE WHEN i % 100 = 0 THEN 'unknown_reference' END,
            CASE WHEN i % 100 <> 0 THEN ${idAt("dep")} END,
            CASE WHEN i % 1000 = 1 THEN 'status'::"TransactionSource" WHEN i % 10 = 2 THEN 'pull' ELSE 'statement' END,
            at.at, CASE WHEN i % 100 <> 0 THEN at.at END
       FROM generate_series(1, $3::int) AS i,
            LATERAL (SELECT to_timestamp(1700000000 + i) AS at) AS at`,
    [owner.merchantId, owner.accountId, count],
  );
}
