import pg from "pg";
import { db } from "@/lib/db";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { signAuditHead } from "@/lib/recovery/sign-audit-head";
import { sealWholeLog } from "@/lib/recovery/seal-whole-log";
import { verifyBooks } from "@/scripts/verify-books.mjs";
import { clock } from "../simulation/recover";
import { expectNone } from "../withdrawal-simulation/broken";
import { jobsLeft } from "../withdrawal-simulation/workers";
import { checkCheaply, checkSoFar, inText, isTold, readTold } from "./checks";
import { noticeNew } from "./notice";
import { getWell, importEverything } from "./shop-deeds";
import { soundWorker, workMessages } from "./workers";
import type { World } from "./world";

/** Past a day for approvals, and two of look-ups; a little longer for what was put off in the last one. */
const TURNS_MS = [
  ...[30 * SECOND_MS, MINUTE_MS, 6 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS],
  ...Array.from({ length: 5 }, () => 13 * HOUR_MS),
  ...Array.from({ length: 2 }, () => 2 * MINUTE_MS),
];

/**
 * The end of a seed: the providers get well, everything that waits gets its time, and the statements of all
 * days are imported. Then both books are the same to the cent, but for what a person is told of.
 */
export async function endWorld(
  world: World,
  { withProgram }: { withProgram: boolean },
): Promise<void> {
  world.outageUntilMs = 0;
  world.note(null, "world", "the providers are well again, and everything gets its time");
  for (const [index, ms] of TURNS_MS.entries()) await turn(world, ms, { pulls: index < 3 });
  for (const merchant of world.merchants) await importEverything(world, merchant);
  for (const ms of [MINUTE_MS, 3 * MINUTE_MS]) await turn(world, ms, { pulls: false });
  await checkCheaply(world);
  await expectNothingForgotten(world);
  await expectSameBooks(world);
  if (withProgram) await expectVerified();
}

async function turn(world: World, ms: number, { pulls }: { pulls: boolean }): Promise<void> {
  await world.pass(ms);
  await getWell(world);
  await workMessages(world, null);
  await soundWorker(world, { pulls });
  await world.pass(2 * SECOND_MS);
  await workMessages(world, null);
  await noticeNew(world);
}

async function expectNothingForgotten(world: World): Promise<void> {
  const { waiting, decided } = await readTold(world);
  const [deposits, withdrawals, refunds, lines, messages, statements] = await Promise.all([
    db().deposit.findMany(),
    db().withdrawal.findMany(),
    db().refund.findMany(),
    db().providerTransaction.findMany(),
    db().message.findMany({ where: { workedAt: null } }),
    db().statementImport.findMany({ where: { state: "matching" } }),
  ]);
  const named = (rows: readonly { id: string; state: string; reason: string | null }[]) =>
    rows.map(({ id, state, reason }) => `${id} (${state}: ${reason})`);
  expectNone("every payment has ended or waits for a person", [
    ...named(deposits.filter(({ state }) => ["pending", "submitted", "redeeming"].includes(state))),
    ...named(
      [...withdrawals, ...refunds].filter(
        ({ state }) => !["paid", "done", "failed", "needs_review"].includes(state),
      ),
    ).filter(
      (text) => !refunds.some(({ id, withdrawalId }) => withdrawalId !== null && text.includes(id)),
    ),
  ]);
  const inReview = [...deposits, ...withdrawals, ...refunds].filter(
    ({ state }) => state === "needs_review",
  );
  const followed = new Set(refunds.flatMap(({ id, withdrawalId }) => (withdrawalId ? [id] : [])));
  expectNone(
    "whatever waits for a person says why, where a person looks",
    named(
      inReview.filter(
        ({ id, reason }) => reason === null || !(waiting.has(id) || followed.has(id)),
      ),
    ),
  );
  expectNone(
    "every line of the provider's books was looked at",
    lines.filter(({ standing }) => standing === "fresh").map(({ id }) => id),
  );
  expectNone(
    "money in suspense has a task or a decision",
    lines
      .filter(({ standing }) => standing === "suspense" || standing === "unmatched")
      .filter(({ id }) => !waiting.has(id) && !decided.has(id))
      .map(({ id, receipt, cause }) => `${id} (${receipt}: ${cause})`),
  );
  expectNone(
    "every message was worked",
    messages.map(({ id }) => String(id)),
  );
  expectNone(
    "every statement was worked to its end",
    statements.map(({ id }) => id),
  );
  expectNone("no job is left over", await jobsLeft());
}

async function expectSameBooks(world: World): Promise<void> {
  const books = await checkSoFar(world);
  const told = await readTold(world);
  const differs = books.entries.filter(({ truthCents, bookedCents }) => truthCents !== bookedCents);
  const named = differs.filter(
    (entry) => isTold(entry, told) || [...entry.subjects].some((id) => world.denied.has(id)),
  );
  expectNone(
    "what moved at a provider is in our books, or a person is told",
    differs.filter((entry) => !named.includes(entry)).map(inText),
  );
  for (const entry of named) world.count(`named in flight on ${entry.account}`);
  await expectTotals(world, named);
}

/** Received less reversed less charged, by M-Pesa's own sums, is what our account says and what is named. */
async function expectTotals(
  world: World,
  named: readonly { account: string; truthCents: bigint; bookedCents: bigint }[],
): Promise<void> {
  const { shortcodes, sumCents, transfers } = await world.control.mpesaLedger({ limit: 100_000 });
  const off: string[] = sumCents === 0n ? [] : [`M-Pesa's own books are off by ${sumCents}`];
  for (const { shortcode } of world.merchants) {
    const own = shortcodes.find((one) => one.shortcode === shortcode);
    if (!own) throw new Error(`M-Pesa knows no ${shortcode}`);
    const chargedCents = transfers
      .filter(({ kind, from }) => kind === "charge" && from === `shortcode:${shortcode}`)
      .reduce((sum, { amountCents }) => sum + amountCents, 0n);
    const account = `mpesa:${shortcode}`;
    const [row] = await db().$queryRaw<{ cents: bigint }[]>`
      SELECT coalesce(-sum(l.amount_cents), 0)::bigint AS cents
        FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
       WHERE a.kind = 'provider' AND a.owner = ${account}`;
    const inFlightCents = named
      .filter((entry) => entry.account === account)
      .reduce((sum, { truthCents, bookedCents }) => sum + truthCents - bookedCents, 0n);
    const thereCents = own.receivedCents - own.reversedCents - chargedCents;
    const hereCents = (row?.cents ?? 0n) + inFlightCents;
    if (thereCents !== hereCents) off.push(`${account}: ${thereCents} there, ${hereCents} here`);
  }
  expectNone("both books agree to the cent on every shortcode", off);
}

/** The program that shares nothing with those that write the books finds them whole. */
async function expectVerified(): Promise<void> {
  await signAuditHead({ now: clock });
  await sealWholeLog();
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    for await (const { name, broken } of verifyBooks(client))
      expectNone(`verify-books: ${name}`, broken);
  } finally {
    await client.end();
  }
}
