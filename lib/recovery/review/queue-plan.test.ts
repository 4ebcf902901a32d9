import { expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db, Prisma } from "@/lib/db";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { bookLine, twoPeople } from "@/test/review";
import { listQueue } from "./list-queue";
import { queueRows } from "./queue-rows";

const ROWS = 10_000;

/** A shop with a year behind it, of which one line waits. */
async function busyShop(): Promise<{ ctx: Ctx; transactionId: string }> {
  const { id: merchantId } = await createMerchant();
  const { id: customerId } = await createCustomer({ merchantId });
  const { maker: ctx } = await twoPeople(merchantId);
  const account = await db().providerAccount.findFirstOrThrow({ where: { merchantId } });
  await db().$executeRaw`
    INSERT INTO deposits (id, merchant_id, customer_id, method, origin, state, asked_cents, attempt_key,
                          public_code, deadline_at, created_at, failed_at, reason)
    SELECT 'dep_' || n, ${merchantId}, ${customerId}, 'mpesa', 'checkout', 'failed', 100, n, 'PC' || n,
           now() - interval '1 day', now() - interval '1 day', now(), 'cancelled'
      FROM generate_series(1, ${ROWS}::int) n`;
  await db().$executeRaw`
    INSERT INTO provider_transactions (id, merchant_id, account_id, kind, receipt, amount_cents, occurred_at,
                                       details, standing, source, created_at, settled_at, payment_id)
    SELECT 'ptx_' || n, ${merchantId}, ${account.id}, 'payment_in', 'R' || n, 100, now(), '', 'matched', 'pull',
           now() - interval '1 day', now(), 'dep_' || n
      FROM generate_series(1, ${ROWS}::int) n`;
  await db().$executeRaw`
    INSERT INTO messages (id, provider, kind, dedupe_key, body, headers, source, received_at, next_attempt_at,
                          worked_at, outcome, subject_id)
    SELECT 'msg_' || n, 'mpesa', 'stk', n, '\\x00', '{}', '203.0.113.1', now() - interval '1 day', now(), now(),
           CASE n % 100 WHEN 0 THEN 'unmatched' ELSE 'applied' END::"MessageOutcome", 'dep_' || n
      FROM generate_series(1, ${ROWS}::int) n`;
  const { transactionId } = await bookLine(merchantId, { amountCents: 100n });
  // What autovacuum does by itself within a minute.
  for (const table of ["deposits", "provider_transactions", "messages"])
    await db().$executeRaw`${Prisma.raw(`ANALYZE ${table}`)}`;
  return { ctx, transactionId };
}

test("a shop with a year behind it reads only what is open", async () => {
  const { ctx, transactionId } = await busyShop();
  const { rows, counts } = await listQueue(ctx);
  expect(rows.map(({ subjectId }) => subjectId)).toEqual([transactionId]);
  expect(counts.all).toBe(1);
  const plan = await db().$queryRaw<{ "QUERY PLAN": string }[]>`
    EXPLAIN ${queueRows(ctx, ctx.now())} SELECT * FROM queue ORDER BY since, id LIMIT 26`;
  const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
  expect(text).toContain("deposits_open");
  for (const table of ["deposits", "provider_transactions", "messages", "withdrawals"])
    expect(text).not.toContain(`Seq Scan on ${table}`);
});
