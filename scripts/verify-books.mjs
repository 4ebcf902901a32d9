/**
 * `npm run verify-books`: proves the books from what Postgres holds, with code of its own. It shares nothing
 * with the programs that write them, changes nothing, and needs only Node, the package `pg` and the rules in
 * scripts/verify-books.sql beside it:
 *   node scripts/verify-books.mjs --database postgresql://… --public-key <base64>… | --unsigned
 * Reads one snapshot, prints a line per check, and ends with 0 when all hold, with 1 when one is broken, and
 * with 2 when none is but no signature could be checked. docs/money.md says what each proves, and what none can.
 */
import { createPublicKey, hash, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import pg from "pg";

/**
 * Names are looked up where Postgres keeps its own functions first, whatever was set for whoever reads. Tables are
 * read whole and joined by hashes: a loop within a loop, planned for few rows, would not end over millions.
 */
const BEGIN = `
  BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog, public;
  SET LOCAL jit = off; SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'`;
const COUNTS = `
  SELECT (SELECT count(*) FROM ledger_lines) AS lines, (SELECT count(*) FROM audit_log) AS rows`;
/** The first sixteen digits of a key's hash are its name; a head signs the JSON of what it says. */
const HEADS = `
  SELECT day::text, signature, key_id, s.hash IS NOT DISTINCT FROM h.hash AS is_in_chain, array_to_json(ARRAY[
         day::text, position::text, h.hash, (extract(epoch FROM signed_at) * 1000)::bigint::text,
         coalesce(lag(signature) OVER (ORDER BY day), '')])::text AS text
    FROM audit_heads h LEFT JOIN audit_seals s USING (position) ORDER BY day`;

/** Queries with the names of their rules. Fewer than there should be would find less, and say nothing of it. */
const RULES_EXPECTED = 21;
const TEXT = readFileSync(new URL("verify-books.sql", import.meta.url), "utf8");
const RULES = [...TEXT.matchAll(/^-- (\d+ .+)\n([^;]+);/gm)];
if (RULES.length !== RULES_EXPECTED)
  throw new Error(`scripts/verify-books.sql has ${RULES.length} rules, not ${RULES_EXPECTED}.`);

/**
 * Checks everything in the transaction that `client` is in, one by one: the first five that break each rule, by
 * name. `publicKeys` are those that `npm run audit-key` has printed over time.
 */
export async function* verifyBooks(client, { publicKeys = [] } = {}) {
  for (const [, name, sql] of RULES) {
    const named = `SELECT id FROM (${sql}) AS broken (id) GROUP BY id ORDER BY length(id), id LIMIT 5`;
    yield { name, broken: (await client.query(named)).rows.map(({ id }) => id), note: "" };
  }
  yield checkHeads((await client.query(HEADS)).rows, new Map(publicKeys.map(keyOf)));
}

function checkHeads(heads, keys) {
  const isSigned = ({ text, key_id: id, signature }) =>
    keys.has(id) && verify(null, Buffer.from(text), keys.get(id), Buffer.from(signature, "base64"));
  const broken = heads.filter((it) => !it.is_in_chain || (keys.size > 0 && !isSigned(it)));
  const note = keys.size > 0 ? `${heads.length} heads` : "SIGNATURES NOT CHECKED";
  const name = "11 each day's end of the chain is signed";
  return { name, broken: broken.map(({ day }) => day), note };
}

function keyOf(text) {
  const bytes = Buffer.from(text, "base64");
  const key = { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") };
  return [hash("sha256", bytes).slice(0, 16), createPublicKey({ key, format: "jwk" })];
}

async function main() {
  const [text, flag] = [{ type: "string" }, { type: "boolean" }];
  const options = { database: text, "public-key": { ...text, multiple: true }, unsigned: flag };
  const { values } = parseArgs({ options });
  const publicKeys = values.unsigned ? [] : (values["public-key"] ?? []);
  const client = new pg.Client({ connectionString: values.database ?? process.env.DATABASE_URL });
  await client.connect();
  await client.query(BEGIN);
  let failed = 0;
  for await (const { name, broken, note } of verifyBooks(client, { publicKeys })) {
    failed += broken.length > 0 ? 1 : 0;
    const mark = broken.length > 0 ? "BROKEN" : "ok    ";
    const named = broken.length > 0 ? `: ${broken.join(", ")}` : "";
    process.stdout.write(`${mark} ${name}${note && ` (${note})`}${named}\n`);
  }
  const [read] = (await client.query(COUNTS)).rows;
  const isUnproven = publicKeys.length === 0 && !values.unsigned;
  const whole = isUnproven ? "Nothing is proven without --public-key" : "The books are whole";
  const end = failed > 0 ? `${failed} checks failed` : whole;
  process.stdout.write(`${end}: ${read.lines} ledger lines, ${read.rows} audit rows.\n`);
  process.exitCode = failed > 0 ? 1 : isUnproven ? 2 : 0;
  await client.end();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
