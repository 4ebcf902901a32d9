import { db, type Db } from "@/lib/db";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { CHAIN_UNBROKEN, checkAuditChain, checkAuditHeads, findUnsealed } from "./check-audit-log";
import { REFUND_CHECKS } from "./refund-invariants";
import { sealWholeLog } from "./seal-whole-log";
import type { ChainPlace } from "./walk-audit-chain";

export interface InvariantResult {
  readonly name: string;
  readonly holds: boolean;
  /** What breaks it, for staff; empty while it holds. */
  readonly detail: string;
}

/** They run every five minutes, one after the other. */
const CHECKS_MS_MAX = 4 * MINUTE_MS;

/** Who is at work for so long has had the time to end what was due before. */
const PATIENCE_MS = HOUR_MS;

/** What was due before `overdueBefore` should have ended; null while nobody is at work for long enough. */
type Check = (db: Db, at: { overdueBefore: Date | null }) => Promise<{ id: string }[]>;

/** Each query returns what breaks the rule; an empty answer proves it. */
const CHECKS: Readonly<Record<string, Check>> = {
  "lines sum to zero": (tx) => tx.$queryRaw`
    SELECT a.currency AS id FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
     GROUP BY a.currency HAVING sum(l.amount_cents) <> 0`,
  "every movement balances": (tx) => tx.$queryRaw`
    SELECT movement_id AS id FROM ledger_lines GROUP BY movement_id HAVING sum(amount_cents) <> 0 LIMIT 5`,
  "customer balance is the sum of its lines": (tx) => tx.$queryRaw`
    SELECT a.id FROM ledger_accounts a LEFT JOIN ledger_lines l ON l.account_id = a.id
     WHERE a.balance_cents IS NOT NULL
     GROUP BY a.id HAVING a.balance_cents <> coalesce(sum(l.amount_cents), 0) LIMIT 5`,
  "a roll-up is the sum of the lines it stands for": (tx) => tx.$queryRaw`
    SELECT r.account_id AS id FROM ledger_rollups r
      LEFT JOIN ledger_lines l ON l.account_id = r.account_id AND l.xid < r.xid_below
     WHERE r.xid_below <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
     GROUP BY r.account_id, r.amount_cents
    HAVING r.amount_cents <> coalesce(sum(l.amount_cents), 0) LIMIT 5`,
  "no customer balance below zero": (tx) => tx.$queryRaw`
    SELECT id FROM ledger_accounts WHERE balance_cents < 0 LIMIT 5`,
  "one receipt, one credit": (tx) => tx.$queryRaw`
    SELECT payment_id AS id FROM receipts GROUP BY payment_id HAVING count(*) > 1 LIMIT 5`,
  "one redeemed code, one credit of its amount": (tx) => tx.$queryRaw`
    SELECT r.id FROM voucher_redemptions r
      LEFT JOIN ledger_movements m ON m.merchant_id = r.merchant_id AND m.kind = 'deposit' AND m.ref = 'voucher:' || r.code_hash
      LEFT JOIN ledger_lines l ON l.movement_id = m.id AND l.amount_cents > 0
     GROUP BY r.id
    HAVING (r.state = 'redeemed' AND coalesce(sum(l.amount_cents), 0) <> r.amount_cents)
        OR (r.state <> 'redeemed' AND count(l.id) > 0) LIMIT 5`,
  "a deposit is paid when its money is posted": (tx) => tx.$queryRaw`
    SELECT d.id FROM deposits d
      LEFT JOIN voucher_redemptions r ON r.deposit_id = d.id AND r.state = 'redeemed'
     WHERE d.method = 'pesavoucher'
     GROUP BY d.id
    HAVING (d.state IN ('paid', 'reversed')) <> (count(r.id) = 1)
        OR (d.state IN ('paid', 'reversed') AND d.paid_cents <> coalesce(sum(r.amount_cents), 0)) LIMIT 5`,
  "a prompt is paid when its money is posted": (tx) => tx.$queryRaw`
    SELECT d.id FROM deposits d
      LEFT JOIN ledger_movements m ON m.merchant_id = d.merchant_id AND m.kind = 'deposit' AND m.ref = 'stk:' || d.id
      LEFT JOIN ledger_lines l ON l.movement_id = m.id AND l.amount_cents > 0
     WHERE d.method = 'mpesa'
     GROUP BY d.id
    HAVING (d.state IN ('paid', 'reversed')) <> (count(l.id) = 1)
        OR (d.state IN ('paid', 'reversed') AND d.paid_cents <> coalesce(sum(l.amount_cents), 0)) LIMIT 5`,
  "a receipt that is shown is held by one payment": (tx) => tx.$queryRaw`
    SELECT d.id FROM deposits d
      LEFT JOIN receipts r ON r.provider = 'mpesa' AND r.number = d.provider_receipt
     WHERE d.method = 'mpesa' AND d.provider_receipt IS NOT NULL
       AND r.payment_id IS DISTINCT FROM d.id
       -- What stood in suspense once is held by its line of the provider's books.
       AND NOT EXISTS (SELECT FROM provider_transactions t WHERE t.id = r.payment_id AND t.payment_id = d.id)
     LIMIT 5`,
  "every paid deposit was announced once": (tx) => tx.$queryRaw`
    SELECT d.id FROM deposits d
      LEFT JOIN live_events e ON e.customer_id = d.customer_id AND e.type = 'deposit_confirmed'
       AND e.payload ->> 'deposit_id' = d.id
     WHERE d.state IN ('paid', 'reversed') AND d.settled_at > now() - interval '29 days'
     GROUP BY d.id HAVING count(e.id) <> 1 LIMIT 5`,
  "a withdrawal's money is where its state says": (tx) => tx.$queryRaw`
    SELECT w.id FROM withdrawals w
      LEFT JOIN ledger_movements h ON h.merchant_id = w.merchant_id AND h.kind = 'withdrawal_hold' AND h.ref = w.id
      LEFT JOIN ledger_movements e ON e.merchant_id = w.merchant_id AND e.kind = 'withdrawal_end' AND e.ref = w.id
      LEFT JOIN ledger_movements c ON c.merchant_id = w.merchant_id AND c.kind = 'withdrawal_contradiction' AND c.ref = w.id
     WHERE h.id IS NULL OR h.reverses_id IS NOT NULL
        OR c.id IS NOT NULL AND (w.state <> 'paid' OR e.reverses_id IS DISTINCT FROM h.id)
        OR CASE WHEN w.state = 'paid' THEN e.id IS NULL OR (e.reverses_id IS NOT NULL AND c.id IS NULL)
                WHEN w.state = 'failed' OR w.reason = 'contradiction' THEN e.reverses_id IS DISTINCT FROM h.id
                ELSE e.id IS NOT NULL END
     LIMIT 5`,
  "a withdrawal moved what it says": (tx) => tx.$queryRaw`
    SELECT w.id FROM withdrawals w
      JOIN ledger_movements m ON m.merchant_id = w.merchant_id AND m.ref = w.id
       AND m.kind IN ('withdrawal_hold', 'withdrawal_end', 'withdrawal_contradiction')
      JOIN ledger_lines l ON l.movement_id = m.id
      JOIN ledger_accounts a ON a.id = l.account_id
     GROUP BY w.id, m.id
    HAVING (m.kind <> 'withdrawal_contradiction'
            AND sum(l.amount_cents) FILTER (WHERE l.amount_cents > 0) <> w.amount_cents + w.fee_cents)
        OR count(*) FILTER (WHERE a.kind IN ('customer_available', 'customer_held') AND a.owner <> w.customer_id) > 0
        OR (w.state = 'paid' AND m.kind <> 'withdrawal_hold'
            -- What came back and was paid as well is made good by a movement of its own.
            AND (m.reverses_id IS NULL OR NOT EXISTS (
                  SELECT FROM ledger_movements c WHERE c.merchant_id = w.merchant_id
                     AND c.kind = 'withdrawal_contradiction' AND c.ref = w.id))
            AND coalesce(sum(l.amount_cents) FILTER (WHERE a.kind = 'provider'), 0) <> w.amount_cents)
     LIMIT 5`,
  "what is held belongs to withdrawals and refunds that are open": (tx) => tx.$queryRaw`
    SELECT a.id FROM ledger_accounts a
      LEFT JOIN (
        SELECT merchant_id, customer_id, amount_cents + fee_cents AS cents FROM withdrawals
         WHERE state NOT IN ('paid', 'failed') AND reason IS DISTINCT FROM 'contradiction'
        UNION ALL
        SELECT merchant_id, customer_id, amount_cents FROM refunds
         WHERE method = 'reversal' AND settled_at IS NULL AND failed_at IS NULL
      ) held ON held.merchant_id = a.merchant_id AND held.customer_id = a.owner
     WHERE a.kind = 'customer_held'
     GROUP BY a.id HAVING a.balance_cents <> coalesce(sum(held.cents), 0) LIMIT 5`,
  "one withdrawal, one order that may have arrived": (tx) => tx.$queryRaw`
    SELECT subject_id AS id FROM provider_calls
     WHERE operation IN ('b2c', 'create_voucher')
       AND (outcome IS NULL OR outcome <> 'refused')
     GROUP BY subject_id HAVING count(*) > 1 LIMIT 5`,
  "a receipt of a withdrawal is held by it alone": (tx) => tx.$queryRaw`
    SELECT w.id FROM withdrawals w
      LEFT JOIN receipts r ON r.number = w.provider_receipt
       AND r.provider = CASE WHEN w.method = 'mpesa' THEN 'mpesa' ELSE 'pesavoucher:payout' END
     WHERE w.state = 'paid' AND w.provider_receipt IS NOT NULL
       AND r.payment_id IS DISTINCT FROM w.id LIMIT 5`,
  "every ended withdrawal was announced once": (tx) => tx.$queryRaw`
    SELECT w.id FROM withdrawals w
      LEFT JOIN live_events e ON e.customer_id = w.customer_id
       AND e.type = 'withdrawal_' || w.state::text AND e.payload ->> 'withdrawal_id' = w.id
     WHERE w.state IN ('paid', 'failed') AND coalesce(w.settled_at, w.failed_at) > now() - interval '29 days'
     GROUP BY w.id HAVING count(e.id) <> 1 LIMIT 5`,
  "no withdrawal that is open is forgotten": (tx) => tx.$queryRaw`
    SELECT w.id FROM withdrawals w
     WHERE w.state IN ('requested', 'awaiting_approval', 'sending', 'submitted') AND w.next_check_at IS NULL
     LIMIT 5`,
  "nothing open is forgotten": (tx) => tx.$queryRaw`
    SELECT d.id FROM deposits d
     WHERE (d.state IN ('pending', 'submitted') AND d.next_check_at IS NULL)
        OR (d.state = 'redeeming' AND NOT EXISTS (
              SELECT FROM voucher_redemptions r WHERE r.deposit_id = d.id AND r.state IN ('redeeming', 'unknown')))
     LIMIT 5`,
  "nothing is unresolved past its deadline": (tx, { overdueBefore: before }) =>
    before === null
      ? Promise.resolve([])
      : tx.$queryRaw`
          SELECT id FROM deposits
           WHERE state IN ('pending', 'submitted') AND deadline_at < ${before}
          UNION ALL
          SELECT r.id FROM voucher_redemptions r JOIN deposits d ON d.id = r.deposit_id AND d.state = 'redeeming'
           WHERE r.settled_at IS NULL AND coalesce(r.redeem_sent_at, r.created_at) < ${addMs(before, -2 * DAY_MS)}
          UNION ALL
          SELECT id FROM withdrawals
           WHERE state IN ('requested', 'awaiting_approval', 'sending', 'submitted') AND deadline_at < ${before}
          UNION ALL
          SELECT id FROM refunds
           WHERE state IN ('requested', 'awaiting_approval', 'sending', 'submitted') AND deadline_at < ${before}
          UNION ALL
          SELECT id FROM messages WHERE worked_at IS NULL AND received_at < ${addMs(before, -DAY_MS)}
           LIMIT 5`,
  ...REFUND_CHECKS,
  "the signed heads are in the audit chain": (tx) => checkAuditHeads(tx),
};

/**
 * Checks the promises of the books on what is stored, keeps each result for the dashboard, and logs an
 * error for every one that is broken. Reads one snapshot, so payments under way cannot look like a break.
 */
export async function runInvariantChecks(input: {
  now: () => Date;
  /** Since when the sweeps run; left out where they do not. */
  workingSince?: Date;
}): Promise<InvariantResult[]> {
  const now = input.now();
  const patience = addMs(now, -PATIENCE_MS);
  const overdueBefore = input.workingSince && input.workingSince < patience ? patience : null;
  // The worker's own turns may be a little behind; after this a row without a seal is a break.
  const sealedBelow = await sealWholeLog();
  const { results, reached } = await db().$transaction(
    async (tx) => {
      // A question over all of the books may take longer than one that a customer waits for.
      await tx.$queryRaw`SELECT set_config('statement_timeout', ${String(CHECKS_MS_MAX)}, true)`;
      const found = await checkBooks(tx, { overdueBefore });
      found.push(resultOf("every audit row is sealed", await findUnsealed(tx, sealedBelow)));
      const last = await tx.invariantCheck.findUnique({ where: { name: CHAIN_UNBROKEN } });
      const chain = await checkAuditChain(tx, { last, now });
      found.push(resultOf(CHAIN_UNBROKEN, chain.broken));
      return { results: found, reached: chain.reached };
    },
    { isolationLevel: "RepeatableRead", timeout: CHECKS_MS_MAX },
  );
  await keep(results, { checkedAt: now, reached });
  for (const { name, holds, detail } of results)
    if (!holds) log().error({ invariant: name, rows: detail }, "an invariant is broken");
  return results;
}

/** Checks the promises of the books as one transaction sees them; what was written about the audit is beside it. */
export async function checkBooks(
  tx: Db,
  at: { overdueBefore: Date | null },
): Promise<InvariantResult[]> {
  const found: InvariantResult[] = [];
  for (const [name, check] of Object.entries(CHECKS))
    found.push(resultOf(name, await check(tx, at)));
  return found;
}

function resultOf(name: string, broken: readonly { id: string }[]): InvariantResult {
  const detail = broken.map((row) => row.id).join(", ");
  return { name, holds: broken.length === 0, detail };
}

/** One transaction for all: they are kept as often as they are checked. */
async function keep(
  results: readonly InvariantResult[],
  { checkedAt, reached }: { checkedAt: Date; reached: ChainPlace },
): Promise<void> {
  const column = <T>(pick: (result: InvariantResult) => T) => results.map(pick);
  const names = column((result) => result.name);
  await db().$transaction([
    // A check that is gone or has another name now would stay broken for ever.
    db().$executeRaw`DELETE FROM invariant_checks WHERE name <> ALL (${names}::text[])`,
    db().$executeRaw`
      INSERT INTO invariant_checks (name, holds, detail, checked_at, read_to, read_hash)
      SELECT name, holds, detail, ${checkedAt},
             CASE name WHEN ${CHAIN_UNBROKEN} THEN ${reached.position}::bigint END,
             CASE name WHEN ${CHAIN_UNBROKEN} THEN ${reached.hash}::text END
        FROM unnest(${names}::text[], ${column((result) => result.holds)}::boolean[],
                    ${column((result) => result.detail)}::text[]) AS result (name, holds, detail)
      ON CONFLICT (name) DO UPDATE
         SET holds = excluded.holds, detail = excluded.detail, checked_at = excluded.checked_at,
             read_to = excluded.read_to, read_hash = excluded.read_hash`,
  ]);
}
