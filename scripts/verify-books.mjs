/**
 * `npm run verify-books`: proves the books from what Postgres holds, with code of its own. It shares nothing
 * with the programs that write them, changes nothing, and needs only Node, the package `pg` and the rules in
 * scripts/verify-books.sql beside it:
 *   node scripts/verify-books.mjs --database postgresql://… [--public-key <base64>]…
 * Reads one snapshot in pieces, prints a line per check, and ends with 0 when all hold, or with 1.
 * docs/money.md says what each one proves, and what none can.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";

const DAY_MS = 86_400_000;
/** East Africa is three hours ahead, and a head is signed within the hour after midnight there. */
const [AHEAD_MS, SIGNED_WITHIN_MS] = [10_800_000, 3_600_000];
const NAMED = 5;

/** Queries with the names of their rules. Fewer than there should be would find less, and say nothing of it. */
const RULES_EXPECTED = 16;
const RULES = [
  ...readFileSync(new URL("verify-books.sql", import.meta.url), "utf8").matchAll(
    /^-- (\d+ .+)\n([^;]+);/gm,
  ),
];
if (RULES.length !== RULES_EXPECTED) {
  throw new Error(`scripts/verify-books.sql has ${RULES.length} rules, not ${RULES_EXPECTED}.`);
}

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

/**
 * Checks everything in the transaction that `client` is in, one by one: what broke each, by name, and what
 * was read. `publicKeys` are those that `npm run audit-key` has printed over time.
 */
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
  for (const [, name, sql] of RULES) {
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
    const account = accounts.get(row.account_id);
    const cents = BigInt(row.amount_cents);
    lines += 1;
    open.lines += 1;
    open.xids.add(row.xid);
    if (account?.merchant_id !== row.merchant_id) open.strangers += 1;
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
