/**
 * `npm run verify-books`: proves the books from what Postgres holds, with code of its own. It shares nothing
 * with the programs that write them, changes nothing, and needs only Node, the package `pg` and the rules in
 * scripts/verify-books.sql beside it:
 *   node scripts/verify-books.mjs --database postgresql://… --public-key <base64>… | --unsigned
 * Reads one snapshot, prints a line per check, and ends with 0 when all hold, with 1 when one is broken, and
 * with 2 when none is but no signature could be checked. docs/money.md says what each proves, and what none can.
 */
import { createPublicKey, hash as hashOf, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";

const NAMED = 5;
const SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off";
const ENOUGH_MEMORY = "SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 2";

/** Queries with the names of their rules. Fewer than there should be would find less, and say nothing of it. */
const RULES_EXPECTED = 21;
const TEXT = readFileSync(new URL("verify-books.sql", import.meta.url), "utf8");
const RULES = [...TEXT.matchAll(/^-- (\d+ .+)\n([^;]+);/gm)];
if (RULES.length !== RULES_EXPECTED)
  throw new Error(`scripts/verify-books.sql has ${RULES.length} rules, not ${RULES_EXPECTED}.`);

const CHAIN = `
  SELECT s.position, s.audit_seq, s.hash, a.seq IS NOT NULL, array_to_json(
           ARRAY[a.seq::text, a.merchant_id, a.actor_kind, a.actor_id, a.action, a.subject_id, a.before::text,
                 a.after::text, a.request_id, (extract(epoch FROM a.created_at) * 1000)::bigint::text])::text
    FROM audit_seals s LEFT JOIN audit_log a ON a.seq = s.audit_seq ORDER BY s.position`;
const HEADS = `
  SELECT day::text, position, hash, signature, key_id,
         (extract(epoch FROM signed_at) * 1000)::bigint::text AS signed_ms FROM audit_heads ORDER BY day`;

/**
 * Checks everything in the transaction that `client` is in: what broke each rule, the first by name. `second` is
 * in a transaction of the same snapshot, so that the chain is walked beside the rules. `publicKeys` are those
 * that `npm run audit-key` has printed over time.
 */
export async function* verifyBooks(client, { publicKeys = [], second } = {}) {
  const walking = second && walkChain(second, publicKeys);
  for (const [, name, sql] of RULES) {
    const query = `SELECT DISTINCT id FROM (${sql}) AS broken (id) ORDER BY id LIMIT ${NAMED}`;
    yield { name, broken: (await client.query(query)).rows.map(({ id }) => id), note: "" };
  }
  yield* await (walking ?? walkChain(client, publicKeys));
}

/** Makes every link anew, from the first one on, and notes what the chain was where heads were signed. */
async function walkChain(client, publicKeys) {
  const heads = (await client.query(HEADS)).rows;
  const hashes = new Map(heads.map(({ position }) => [position, null]));
  const broken = [];
  let [place, hash, rows] = [0, "0".repeat(64)];
  await client.query(`DECLARE walk NO SCROLL CURSOR FOR ${CHAIN}`);
  // In pieces: however many rows there are, only some are here.
  do {
    ({ rows } = await client.query({ text: "FETCH 2000 FROM walk", rowMode: "array" }));
    for (const [position, seq, sealed, isThere, row] of rows) {
      hash = hashOf("sha256", hash + row);
      const fits = Number(position) === place + 1 && isThere && hash === sealed;
      // One broken link breaks all that follow: only the first says where.
      if (!fits && broken.length === 0) broken.push(`position ${position}, audit row ${seq}`);
      place = Number(position);
      if (hashes.has(position)) hashes.set(position, hash);
    }
  } while (rows.length > 0);
  const chain = { name: "11 the audit chain is unbroken", broken, note: `${place} rows` };
  return [chain, checkHeads(heads, hashes, new Map(publicKeys.map(keyOf)))];
}

function checkHeads(heads, hashes, keys) {
  const broken = heads.filter((head, index) => {
    const { day, position, hash, key_id: keyId, signed_ms: signedMs } = head;
    const parts = [day, position, hash, signedMs, heads[index - 1]?.signature ?? ""];
    const signed = [Buffer.from(JSON.stringify(parts)), keys.get(keyId)];
    const isSigned =
      keys.has(keyId) && verify(null, ...signed, Buffer.from(head.signature, "base64"));
    return hashes.get(position) !== hash || (keys.size > 0 && !isSigned);
  });
  const note = keys.size > 0 ? `${heads.length} heads` : "SIGNATURES NOT CHECKED";
  return {
    name: "11 each day's end of the chain is signed",
    broken: broken.map(({ day }) => day),
    note,
  };
}

function keyOf(text) {
  const bytes = Buffer.from(text, "base64");
  const key = { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") };
  return [hashOf("sha256", bytes).slice(0, 16), createPublicKey({ key, format: "jwk" })];
}

async function main() {
  const [text, flag] = [{ type: "string" }, { type: "boolean" }];
  const options = { database: text, "public-key": { ...text, multiple: true }, unsigned: flag };
  const { values } = parseArgs({ options });
  const publicKeys = values.unsigned ? [] : (values["public-key"] ?? []);
  const connectionString = values.database ?? process.env.DATABASE_URL;
  const [client, second] = [
    new pg.Client({ connectionString }),
    new pg.Client({ connectionString }),
  ];
  for (const it of [client, second]) await it.connect().then(() => it.query(SNAPSHOT));
  const { rows } = await client.query("SELECT pg_export_snapshot() AS id");
  await second.query(`SET TRANSACTION SNAPSHOT '${rows[0].id}'`);
  await client.query(ENOUGH_MEMORY);
  let failed = 0;
  for await (const { name, broken, note } of verifyBooks(client, { publicKeys, second })) {
    const [mark, end] =
      broken.length === 0 ? ["ok    ", ""] : ["BROKEN", `: ${broken.slice(0, NAMED).join(", ")}`];
    if (broken.length > 0) failed += 1;
    process.stdout.write(`${mark} ${name}${note && ` (${note})`}${end}\n`);
  }
  const isUnsigned = publicKeys.length === 0 && !values.unsigned;
  if (failed > 0) process.stdout.write(`${failed} checks failed.\n`);
  else if (isUnsigned)
    process.stdout.write("Nothing is broken, but nothing is proven without --public-key.\n");
  else process.stdout.write("The books are whole.\n");
  process.exitCode = failed > 0 ? 1 : isUnsigned ? 2 : 0;
  await Promise.all([client.end(), second.end()]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
