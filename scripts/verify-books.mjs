/**
 * `npm run verify-books`: proves the books from what Postgres holds, with code of its own. It shares nothing
 * with the programs that write them, changes nothing, and needs only Node and the package `pg`:
 *   node scripts/verify-books.mjs --database postgresql://… [--public-key <base64>]…
 * Reads one snapshot in pieces, prints a line per check, and ends with 0 when all hold, or with 1.
 * docs/money.md says what each one proves, and what none can.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";

const DAY_MS = 86_400_000;
/** East Africa is three hours ahead, and a head is signed within the hour after midnight there. */
const [AHEAD_MS, SIGNED_WITHIN_MS] = [10_800_000, 3_600_000];
const NAMED = 5;

/** Each query finds what breaks its rule. The number is that of the promise in docs/money.md. */
const RULES = {
  "4 one receipt, one payment that shows it": `
    SELECT r.provider || ' ' || r.number FROM receipts r
      LEFT JOIN deposits d ON d.id = r.payment_id LEFT JOIN withdrawals w ON w.id = r.payment_id
      LEFT JOIN refunds f ON f.id = r.payment_id LEFT JOIN provider_transactions t ON t.id = r.payment_id
      LEFT JOIN voucher_redemptions v ON v.code_hash = r.number AND r.provider = 'pesavoucher'
     WHERE coalesce(d.merchant_id, w.merchant_id, f.merchant_id, t.merchant_id) IS DISTINCT FROM r.merchant_id
        OR CASE r.provider WHEN 'pesavoucher' THEN v.deposit_id IS DISTINCT FROM d.id OR v.state <> 'redeemed' ELSE
           r.number IS DISTINCT FROM coalesce(d.provider_receipt, w.provider_receipt, f.provider_receipt, t.receipt) END
    UNION ALL SELECT d.id FROM deposits d LEFT JOIN receipts r ON r.provider = 'mpesa' AND r.number = d.provider_receipt
     WHERE d.method = 'mpesa' AND d.provider_receipt IS NOT NULL AND r.payment_id IS DISTINCT FROM d.id
       AND NOT EXISTS (SELECT FROM provider_transactions t WHERE t.id = r.payment_id AND t.payment_id = d.id)
    UNION ALL SELECT w.id FROM withdrawals w LEFT JOIN receipts r ON r.number = w.provider_receipt
       AND r.provider = CASE w.method WHEN 'mpesa' THEN 'mpesa' ELSE 'pesavoucher:payout' END
     WHERE w.state = 'paid' AND w.provider_receipt IS NOT NULL AND r.payment_id IS DISTINCT FROM w.id`,
  "5 one code, one credit of its amount": `
    SELECT v.id FROM voucher_redemptions v
      LEFT JOIN receipts r ON r.provider = 'pesavoucher' AND r.number = v.code_hash LEFT JOIN ledger_movements m
        ON m.merchant_id = v.merchant_id AND m.kind = 'deposit' AND m.ref = 'voucher:' || v.code_hash
     WHERE (v.state = 'redeemed') <> (m.id IS NOT NULL) OR (v.state = 'redeemed') <> (r.number IS NOT NULL)
        OR m.id IS NOT NULL AND v.amount_cents IS DISTINCT FROM
           (SELECT sum(amount_cents) FROM ledger_lines l WHERE l.movement_id = m.id AND amount_cents > 0)`,
  "6 one withdrawal or refund, one order that may have arrived": `
    SELECT c.subject_id FROM provider_calls c
     WHERE c.operation IN ('b2c', 'create_voucher', 'reversal') AND c.outcome IS DISTINCT FROM 'refused'
     GROUP BY c.subject_id HAVING count(*) > 1 +
       (SELECT count(*) FROM audit_log a WHERE a.subject_id = c.subject_id AND a.action = 'refund.ordered_again')`,
  "7 a paid deposit is one movement, from its provider to its customer": `
    SELECT d.id FROM deposits d LEFT JOIN voucher_redemptions v ON v.deposit_id = d.id AND v.state = 'redeemed'
      LEFT JOIN ledger_movements m ON m.merchant_id = d.merchant_id AND m.kind = 'deposit'
       AND m.ref = CASE d.method WHEN 'mpesa' THEN 'stk:' || d.id ELSE 'voucher:' || v.code_hash END
      LEFT JOIN ledger_lines l ON l.movement_id = m.id LEFT JOIN ledger_accounts a ON a.id = l.account_id
     GROUP BY d.id, v.id, m.id HAVING (d.state IN ('paid', 'reversed')) <> (m.id IS NOT NULL)
        OR m.id IS NOT NULL AND (count(l.id) <> 2 OR v.amount_cents <> d.paid_cents OR count(*) FILTER (WHERE
             l.amount_cents = d.paid_cents AND a.kind = 'customer_available' AND a.owner = d.customer_id) <> 1
           OR count(*) FILTER (WHERE l.amount_cents = -d.paid_cents AND CASE d.method
                WHEN 'pesavoucher' THEN a.kind = 'provider' AND a.owner = 'pesavoucher'
                ELSE a.kind = 'suspense' OR a.kind = 'provider' AND EXISTS (SELECT FROM provider_accounts s
                  WHERE s.merchant_id = d.merchant_id AND a.owner = 'mpesa:' || s.shortcode
                    AND (EXISTS (SELECT FROM review_decisions WHERE subject_id = d.id) OR s.id IN
                         (SELECT account_id FROM stk_pushes WHERE deposit_id = d.id UNION ALL
                          SELECT account_id FROM provider_transactions WHERE payment_id = d.id))) END) <> 1)`,
  "7 a withdrawal or refund holds, pays or gives back what it says": `
    WITH sent AS (SELECT 'withdrawal' AS noun, id, merchant_id, customer_id, amount_cents, fee_cents, account_id,
             state = 'paid' AS is_paid, state = 'failed' OR reason IS NOT DISTINCT FROM 'contradiction' AS is_back
        FROM withdrawals
      UNION ALL SELECT 'refund', id, merchant_id, customer_id, amount_cents, 0, account_id, state = 'done',
             failed_at IS NOT NULL FROM refunds WHERE method = 'reversal')
    SELECT w.id FROM sent w LEFT JOIN provider_accounts s ON s.id = w.account_id
      LEFT JOIN ledger_movements h ON h.merchant_id = w.merchant_id AND h.kind = w.noun || '_hold' AND h.ref = w.id
      LEFT JOIN ledger_movements e ON e.merchant_id = w.merchant_id AND e.kind = w.noun || '_end' AND e.ref = w.id
      LEFT JOIN ledger_movements c
        ON c.merchant_id = w.merchant_id AND c.kind = 'withdrawal_contradiction' AND c.ref = w.id CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE l.movement_id IN (h.id, e.id)) AS lines, coalesce(bool_and(CASE
                 WHEN a.kind = 'provider' THEN l.amount_cents = w.amount_cents AND l.movement_id <> h.id
                  AND a.owner = coalesce('mpesa:' || s.shortcode, 'pesavoucher')
                  AND (l.movement_id = c.id OR e.reverses_id IS NULL)
                 WHEN l.movement_id = c.id THEN a.kind = 'fees' OR a.kind = 'customer_available'
                  AND a.owner = w.customer_id AND l.amount_cents = -w.amount_cents - w.fee_cents
                 WHEN a.kind = 'fees' THEN l.amount_cents = w.fee_cents
                 ELSE a.owner = coalesce(w.customer_id, '') AND abs(l.amount_cents) = w.amount_cents + w.fee_cents
                  AND a.kind::text IN (CASE WHEN w.customer_id IS NULL THEN 'suspense' ELSE 'customer_available' END,
                                       CASE WHEN w.customer_id IS NULL THEN 'in_transit' ELSE 'customer_held' END)
                  AND (is_held OR l.movement_id = h.id OR e.reverses_id = h.id)
                  AND (l.amount_cents > 0) = (is_held = (l.movement_id = h.id)) END), false) AS fit
          FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
         CROSS JOIN LATERAL (SELECT a.kind IN ('in_transit', 'customer_held') AS is_held) AS place
         WHERE l.movement_id IN (h.id, e.id, c.id)) AS moved
     WHERE h.id IS NULL OR h.reverses_id IS NOT NULL OR NOT moved.fit OR c.id IS NOT NULL AND NOT w.is_paid
        OR CASE WHEN w.is_back OR c.id IS NOT NULL THEN e.reverses_id IS DISTINCT FROM h.id
                WHEN w.is_paid THEN e.id IS NULL OR e.reverses_id IS NOT NULL ELSE e.id IS NOT NULL END
        OR moved.lines <> CASE WHEN e.id IS NULL THEN 2 WHEN e.reverses_id IS NULL AND w.fee_cents > 0 THEN 5 ELSE 4 END`,
  "7 what is promised back is what its refunds say": `
    SELECT d.id FROM deposits d LEFT JOIN refunds r ON r.deposit_id = d.id AND r.failed_at IS NULL
     GROUP BY d.id HAVING d.refund_cents <> coalesce(sum(r.amount_cents), 0) OR (d.state = 'reversed') <>
       coalesce(sum(r.amount_cents) FILTER (WHERE r.state = 'done') = d.paid_cents, false)
    UNION ALL SELECT r.id FROM refunds r LEFT JOIN withdrawals w ON w.id = r.withdrawal_id
     WHERE r.method = 'payout_voucher' AND (w.id IS NULL OR w.amount_cents <> r.amount_cents
        OR w.customer_id <> r.customer_id OR (w.state = 'paid') <> (r.state = 'done'))`,
  "7 each payment belongs to whoever asked for it": `
    SELECT d.id FROM deposits d JOIN audit_log a ON a.subject_id = d.id AND a.actor_kind = 'customer'
       AND (a.action LIKE 'deposit.%' OR a.action LIKE 'voucher.%') AND a.actor_id <> d.customer_id
    UNION ALL SELECT w.id FROM withdrawals w JOIN audit_log a ON a.subject_id = w.id AND a.action = 'withdrawal.requested'
     WHERE a.actor_id <> w.requested_by_id OR a.actor_kind = 'customer' AND a.actor_id <> w.customer_id
        OR a.after ->> 'to' <> w.destination_masked OR a.after ->> 'method' <> w.method::text`,
  "7 money in suspense is that of the lines that wait for their owner": `
    SELECT a.merchant_id FROM ledger_accounts a LEFT JOIN ledger_lines l ON l.account_id = a.id
     WHERE a.kind = 'suspense' AND a.owner = '' GROUP BY a.merchant_id
    HAVING coalesce(sum(l.amount_cents), 0) <> (SELECT coalesce(sum(t.amount_cents), 0)
      FROM provider_transactions t WHERE t.merchant_id = a.merchant_id AND t.standing = 'suspense')`,
  "9 each ended payment was announced once": `
    WITH ended AS (SELECT id, customer_id, settled_at AS at, 'deposit_confirmed' AS type, 'deposit_id' AS field
        FROM deposits WHERE state = 'paid'
      UNION ALL SELECT id, customer_id, coalesce(settled_at, failed_at), 'withdrawal_' || state, 'withdrawal_id'
        FROM withdrawals WHERE state IN ('paid', 'failed'))
    SELECT p.id FROM ended p LEFT JOIN live_events e
        ON e.customer_id = p.customer_id AND e.type = p.type AND e.payload ->> p.field = p.id
     WHERE p.at > now() - interval '29 days' GROUP BY p.id HAVING count(e.id) <> 1`,
  "10 only what was paid has moved money, and what has is paid": `
    SELECT d.id FROM deposits d LEFT JOIN audit_log a ON a.subject_id = d.id AND a.action = 'deposit.paid'
     GROUP BY d.id HAVING count(a.seq) <> (d.state IN ('paid', 'reversed'))::int
        OR min(a.after ->> 'paid')::numeric * 100 <> d.paid_cents`,
  "11 each movement is named once in the audit log, with its amount": `
    WITH said AS (SELECT a.*, coalesce(a.after ->> 'movement', h.id) AS movement_id,
             100 * (coalesce(a.after ->> 'paid', a.after ->> 'given_back', a.after ->> 'put_back', a.after ->> 'amount')
                    ::numeric + coalesce(a.after ->> 'fee', '0')::numeric) AS cents
        FROM audit_log a LEFT JOIN ledger_movements h ON a.action IN ('withdrawal.requested', 'refund.requested')
         AND h.merchant_id = a.merchant_id AND h.kind IN ('withdrawal_hold', 'refund_hold')
         AND h.ref = coalesce(a.after ->> 'withdrawal', a.subject_id)
       WHERE a.after ? 'movement' OR a.action IN ('withdrawal.requested', 'refund.requested')),
    actions (kind, actions) AS (VALUES ('deposit', '{deposit.paid}'), ('suspense', '{transaction.in_suspense}'),
      ('withdrawal_hold', '{withdrawal.requested,refund.requested}'), ('withdrawal_end', '{withdrawal.paid,withdrawal.failed}'),
      ('withdrawal_contradiction', '{withdrawal.paid}'), ('provider_charge', '{transaction.provider_charge}'),
      ('provider_transfer', '{transaction.provider_transfer}'), ('refund_hold', '{refund.requested}'),
      ('refund_end', '{refund.done,refund.failed}')),
    moved AS (SELECT m.*, (SELECT sum(amount_cents) FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
              WHERE l.movement_id = m.id AND amount_cents > 0
                AND (m.kind <> 'withdrawal_contradiction' OR a.kind = 'provider')) AS cents FROM ledger_movements m)
    SELECT coalesce(m.id, s.movement_id, 'audit row ' || s.seq) FROM moved m FULL JOIN said s ON s.movement_id = m.id
      LEFT JOIN actions USING (kind) WHERE m.id IS NULL OR s.merchant_id <> m.merchant_id
        OR s.seq IS NOT NULL AND (abs(s.cents) IS DISTINCT FROM m.cents OR (s.action = ANY (actions::text[])) IS NOT TRUE)
        OR s.seq IS NULL AND NOT EXISTS (SELECT FROM moved b
             WHERE m.kind = 'suspense_end' AND b.id = m.reverses_id AND b.ref = m.ref AND b.cents = m.cents)
    UNION ALL SELECT movement_id FROM said GROUP BY movement_id HAVING count(*) > 1`,
  "11 each audit row is sealed within a minute": `
    SELECT 'audit row ' || a.seq FROM audit_log a LEFT JOIN audit_seals s ON s.audit_seq = a.seq
     WHERE s.position IS NULL AND a.created_at < now() - interval '1 minute'`,
  "11 the database refuses to change what is append-only": `
    SELECT t || '_append_only' FROM unnest('{ledger_lines,ledger_movements,audit_log,audit_seals,audit_heads,receipts}'
      ::text[]) AS t WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgenabled IN ('O', 'A')
       AND tgrelid = t::regclass AND tgname = t || '_append_only')`,
  "12 nothing is unresolved past its deadline without a person told": `
    WITH due AS (SELECT id, state::text, next_check_at, deadline_at FROM deposits
      UNION ALL SELECT id, state::text, next_check_at, deadline_at FROM withdrawals
      UNION ALL SELECT id, state::text, next_check_at, deadline_at FROM refunds WHERE method = 'reversal')
    SELECT id FROM due WHERE state IN ('pending', 'awaiting_approval', 'requested', 'sending', 'submitted')
       AND (next_check_at IS NULL OR deadline_at < now() - interval '1 hour')
    UNION ALL SELECT v.id FROM voucher_redemptions v JOIN deposits d ON d.id = v.deposit_id AND d.state <> 'needs_review'
     WHERE v.settled_at IS NULL AND coalesce(v.redeem_sent_at, v.created_at) < now() - interval '2 days'
    UNION ALL SELECT id FROM messages WHERE worked_at IS NULL AND received_at < now() - interval '1 day'`,
};

const LEDGER = `
  SELECT coalesce(l.movement_id, m.id) AS id, m.merchant_id, m.reverses_id, r.ref = m.ref AS reverses_own,
         (extract(epoch FROM m.created_at) * 1000)::bigint AS created_ms, l.account_id, l.amount_cents, l.xid
    FROM ledger_lines l FULL JOIN ledger_movements m ON m.id = l.movement_id
    LEFT JOIN ledger_movements r ON r.id = m.reverses_id ORDER BY 1, l.id`;
const ACCOUNTS = `
  SELECT a.*, r.xid_below, r.amount_cents AS rolled_cents, u.id IS NOT NULL AS is_known
    FROM ledger_accounts a LEFT JOIN users u ON u.id = a.owner AND u.merchant_id = a.merchant_id LEFT JOIN ledger_rollups r
      ON r.account_id = a.id AND r.xid_below <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;
const CHAIN = `
  SELECT s.position, s.audit_seq, s.hash, a.seq,
         ARRAY[a.seq::text, a.merchant_id, a.actor_kind, a.actor_id, a.action, a.subject_id, a.before::text,
               a.after::text, a.request_id, (extract(epoch FROM a.created_at) * 1000)::bigint::text] AS row
    FROM audit_seals s LEFT JOIN audit_log a ON a.seq = s.audit_seq ORDER BY s.position`;
const HEADS = `
  SELECT day::text, position, hash, signature, key_id,
         (extract(epoch FROM signed_at) * 1000)::bigint::text AS signed_ms FROM audit_heads ORDER BY day`;

/** Checks everything, in the transaction that `client` is in; `publicKeys` are what `npm run audit-key` printed. */
export async function* verifyBooks(client, { publicKeys = [] } = {}) {
  const { lines, movements, accounts } = await walkLedger(client);
  const named = (test) => idsOf([...accounts.values()].filter(test));
  yield check("1 each movement is whole and sums to zero", movements, `${lines} lines`);
  yield check("2 each balance and each roll-up is the sum of its lines", named(isOff));
  const isOverdrawn = (it) => it.kind.startsWith("customer_") && !(it.is_known && it.total >= 0n);
  yield check("3 no customer's balance is below zero", named(isOverdrawn));
  const isOverspent = (it) => it.kind === "escrow" && it.total < 0n;
  yield check("8 nothing held in escrow is below zero", named(isOverspent));
  const heads = (await client.query(HEADS)).rows;
  const chain = await walkChain(client, heads);
  yield check("11 the audit chain is unbroken", chain.broken, `${chain.position} rows`);
  yield checkHeads(heads, chain, new Map(publicKeys.map((text) => keyOf(text))));
  for (const [name, sql] of Object.entries(RULES)) {
    const { rows } = await client.query(`SELECT id FROM (${sql}) AS broken (id) LIMIT ${NAMED}`);
    yield check(name, idsOf(rows));
  }
}

const check = (name, broken, note = "") => ({ name, broken, note });
const idsOf = (rows) => rows.map(({ id }) => id);

/** Adds up every line by itself: per movement, and per account. */
async function walkLedger(client) {
  const [accounts, movements] = [new Map(), []];
  for await (const row of pieces(client, ACCOUNTS))
    accounts.set(row.id, { ...row, total: 0n, rolled: 0n });
  let [lines, open] = [0, null];
  const close = () => open && !isWhole(open) && movements.push(open.id);
  for await (const row of pieces(client, LEDGER)) {
    if (open?.id !== row.id) {
      close();
      open = { ...row, lines: 0, strangers: 0, xids: new Set(), sums: new Map() };
    }
    if (row.account_id === null) continue;
    const [account, cents] = [accounts.get(row.account_id), BigInt(row.amount_cents)];
    lines += 1;
    open.lines += 1;
    open.xids.add(row.xid);
    if (account?.merchant_id !== row.merchant_id || cents === 0n) open.strangers += 1;
    if (!account) continue;
    open.sums.set(account.currency, (open.sums.get(account.currency) ?? 0n) + cents);
    account.total += cents;
    if (BigInt(row.xid) < BigInt(account.xid_below ?? 0)) account.rolled += cents;
  }
  close();
  return { lines, movements, accounts };
}

function isOff({ kind, total, rolled, balance_cents: kept, rolled_cents: rolledUp }) {
  const expected = kind.startsWith("customer_") ? String(total) : null;
  return kept !== expected || (rolledUp !== null && rolledUp !== String(rolled));
}

/** The first twelve digits of an id are the moment it was made, which is when its movement was. */
function isWhole({ id, created_ms: createdMs, reverses_id: reverses, ...movement }) {
  const balances = [...movement.sums.values()].every((sum) => sum === 0n);
  const isDated = Number.parseInt(id.slice(4, 16), 16) === Number(createdMs);
  const isOneWriting = movement.lines >= 2 && movement.xids.size === 1 && movement.strangers === 0;
  return balances && isDated && isOneWriting && (reverses === null || movement.reverses_own);
}

/** Makes every link anew, from the first one on, and notes what the chain was where heads were signed. */
async function walkChain(client, heads) {
  const wanted = new Set(heads.map(({ position }) => position));
  const chain = { position: 0, broken: [], hashes: new Map(), firstMs: null, lastMs: 0 };
  let hash = "0".repeat(64);
  for await (const { position, audit_seq: seq, row, ...link } of pieces(client, CHAIN)) {
    hash = createHash("sha256").update(hash).update(JSON.stringify(row)).digest("hex");
    const fits = Number(position) === chain.position + 1 && link.seq !== null && hash === link.hash;
    // One broken link breaks all that follow: only the first says where.
    if (!fits && !chain.broken[0]) chain.broken.push(`position ${position}, audit row ${seq}`);
    chain.position = Number(position);
    if (wanted.has(position)) chain.hashes.set(position, hash);
    chain.lastMs = Math.max(chain.lastMs, Number(row.at(-1)));
    chain.firstMs ??= Number(row.at(-1));
  }
  return chain;
}

function checkHeads(heads, chain, keys) {
  const broken = heads.filter((head, index) => {
    const { day, position, hash, key_id: keyId, signed_ms: signedMs } = head;
    const parts = [day, position, hash, signedMs, heads[index - 1]?.signature ?? ""];
    const text = Buffer.from(JSON.stringify(parts));
    const signed = [text, keys.get(keyId), Buffer.from(head.signature, "base64")];
    const isSigned = keys.size === 0 || (keys.has(keyId) && verify(null, ...signed));
    return chain.hashes.get(position) !== hash || !isSigned;
  });
  const note = keys.size > 0 ? `${heads.length} heads` : "SIGNATURES NOT CHECKED: no --public-key";
  const days = [...broken.map(({ day }) => day), ...missingHead(heads, chain)];
  return check("11 each day's end of the chain is signed", days, note);
}

/** The day before the last one with rows, unless the chain is younger, or nobody had the time to sign. */
function missingHead(heads, { firstMs, lastMs }) {
  const midnightMs = Math.floor((lastMs + AHEAD_MS) / DAY_MS) * DAY_MS - AHEAD_MS;
  if ((firstMs ?? lastMs) >= midnightMs || lastMs < midnightMs + SIGNED_WITHIN_MS) return [];
  const day = new Date(midnightMs + AHEAD_MS - DAY_MS).toISOString().slice(0, 10);
  return (heads.at(-1)?.day ?? "") >= day ? [] : [`no head of ${day}`];
}

function keyOf(text) {
  const bytes = Buffer.from(text, "base64");
  const key = { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") };
  const id = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  return [id, createPublicKey({ key, format: "jwk" })];
}

/** Rows in pieces: however many there are, only some are here. */
async function* pieces(client, sql) {
  await client.query(`DECLARE walk NO SCROLL CURSOR FOR ${sql}`);
  let rows;
  do yield* ({ rows } = await client.query("FETCH 5000 FROM walk")).rows;
  while (rows.length > 0);
  await client.query("CLOSE walk");
}

async function main() {
  const keys = { type: "string", multiple: true };
  const { values } = parseArgs({ options: { database: { type: "string" }, "public-key": keys } });
  const client = new pg.Client({ connectionString: values.database ?? process.env.DATABASE_URL });
  await client.connect();
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off");
  let failed = 0;
  for await (const it of verifyBooks(client, { publicKeys: values["public-key"] })) {
    const [mark, end] = it.broken.length === 0 ? ["ok    ", ""] : ["BROKEN", ": "];
    if (it.broken.length > 0) failed += 1;
    const rest = `${it.note && ` (${it.note})`}${end}${it.broken.slice(0, NAMED).join(", ")}`;
    process.stdout.write(`${mark} ${it.name}${rest}\n`);
  }
  process.stdout.write(failed === 0 ? "The books are whole.\n" : `${failed} checks failed.\n`);
  process.exitCode = failed === 0 ? 0 : 1;
  await client.end();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
