import { db } from "@/lib/db";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { listQueue } from "@/lib/recovery/review/list-queue";
import { clock } from "../simulation/recover";
import { expectNone } from "../withdrawal-simulation/broken";
import { readBooks, type Books, type Entry } from "./books";
import type { World } from "./world";

const ROWS_MAX = 10_000;
/** After these both books say the same; the other decisions are a person's word about a difference. */
const MOVES_AS_BOOKED = [
  ...["assign_customer", "attach_payment", "credit_proven"],
  ...["reversal_take", "reversal_loss", "book_difference"],
];

/** After every step: nothing is made, nothing is lost, nobody owes us what they had. */
export async function checkCheaply(world: World): Promise<void> {
  const rows = await db().$queryRaw<{ promise: string; id: string }[]>`
    SELECT 'the books sum to zero' AS promise, sum(amount_cents)::text AS id
      FROM ledger_lines HAVING sum(amount_cents) <> 0
    UNION ALL
    SELECT 'no balance is below zero', id FROM ledger_accounts WHERE balance_cents < 0
    UNION ALL
    SELECT 'each balance is the sum of its lines', a.id FROM ledger_accounts a
      LEFT JOIN ledger_lines l ON l.account_id = a.id
     WHERE a.balance_cents IS NOT NULL
     GROUP BY a.id HAVING a.balance_cents <> coalesce(sum(l.amount_cents), 0)
    UNION ALL
    SELECT 'money in suspense is that of the lines that wait', a.merchant_id FROM ledger_accounts a
      LEFT JOIN ledger_lines l ON l.account_id = a.id
     WHERE a.kind = 'suspense' AND a.owner = '' GROUP BY a.merchant_id
    HAVING coalesce(sum(l.amount_cents), 0) <>
           (SELECT coalesce(sum(t.amount_cents), 0) FROM provider_transactions t
             WHERE t.merchant_id = a.merchant_id AND t.standing = 'suspense')
    UNION ALL
    SELECT 'no more goes back than was paid', id FROM deposits WHERE refund_cents > coalesce(paid_cents, 0)`;
  const [first] = rows;
  if (!first) return;
  world.note(null, "check", first.promise);
  expectNone(
    first.promise,
    rows.map(({ id }) => id),
  );
}

/** While a seed lives: every invariant, and nothing of ours without the same at the provider. */
export async function checkSoFar(world: World): Promise<Books> {
  const results = await runInvariantChecks({ now: clock });
  for (const { name, holds, detail } of results) if (!holds) expectNone(name, detail.split(", "));
  const books = await readBooks(world);
  const told = await readTold(world);
  const differs = books.entries.filter(
    ({ bookedCents, truthCents }) => bookedCents !== 0n && bookedCents !== truthCents,
  );
  expectNone(
    "what we booked moved at the provider, once and in that amount",
    differs.filter((entry) => !isTold(entry, told)).map(inText),
  );
  await checkOwners(world, books);
  return books;
}

/** What a person is told of, or has decided. */
interface Told {
  readonly waiting: ReadonlySet<string>;
  readonly decided: ReadonlySet<string>;
}

export async function readTold(world: World): Promise<Told> {
  const waiting = new Set<string>();
  for (const { maker } of world.merchants) {
    const { rows } = await listQueue(maker, { rowsMax: ROWS_MAX });
    for (const { subjectId } of rows) waiting.add(subjectId);
  }
  const decisions = await db().reviewDecision.findMany({
    where: { state: "carried_out", action: { notIn: [...MOVES_AS_BOOKED] } },
    select: { subjectId: true },
  });
  return { waiting, decided: new Set(decisions.map(({ subjectId }) => subjectId)) };
}

export function isTold(entry: Entry, { waiting, decided }: Told): boolean {
  const { subjects, account, key, bookedCents, truthCents } = entry;
  const isPaymentIn = account.startsWith("mpesa:") && /^[A-Z0-9]{10}.?$/.test(key);
  // Money that M-Pesa never took is nobody's, whoever is told of it.
  if (isPaymentIn && bookedCents > truthCents) return false;
  return [...subjects].some((id) => waiting.has(id) || decided.has(id));
}

export function inText({ account, key, truthCents, bookedCents, subjects }: Entry): string {
  const cents = `${truthCents} there, ${bookedCents} here`;
  return `${account} ${key} (${cents}; ${[...subjects].join(" ") || "no row"})`;
}

/** Whoever was credited a payment was meant by it, or a person said so. */
async function checkOwners(world: World, { payments, depositOfPush }: Books): Promise<void> {
  const [credited, lines, decisions] = await Promise.all([
    db().deposit.findMany({
      where: { providerReceipt: { not: null }, state: { in: ["paid", "reversed"] } },
      select: { id: true, providerReceipt: true },
    }),
    db().providerTransaction.findMany({ select: { id: true, receipt: true } }),
    db().reviewDecision.findMany({ where: { state: "carried_out" }, select: { subjectId: true } }),
  ]);
  const decided = new Set(decisions.map(({ subjectId }) => subjectId));
  const wrong: string[] = [];
  for (const { receipt, checkoutRequestId } of payments) {
    const owners = credited.filter(({ providerReceipt }) => providerReceipt === receipt);
    if (owners.length > 1)
      wrong.push(`${receipt} credited ${owners.map(({ id }) => id).join(" ")}`);
    const [owner] = owners;
    if (!owner) continue;
    const meant = depositOfPush.get(checkoutRequestId ?? "") ?? world.meant.get(receipt) ?? null;
    if (owner.id === meant || decided.has(owner.id)) continue;
    const isDecided = lines.some((line) => line.receipt === receipt && decided.has(line.id));
    if (!isDecided) wrong.push(`${receipt} was meant for ${meant} and credited ${owner.id}`);
  }
  expectNone("a payment is its owner's, once", wrong);
}
