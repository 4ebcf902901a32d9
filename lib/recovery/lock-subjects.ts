import type { Ctx } from "@/lib/context";
import { isId } from "@/lib/kit/ids";

/** The order in which everything locks rows (docs/money.md): what carries out first, what it rests on last. */
const ORDER = ["withdrawal", "refund", "deposit", "transaction"] as const;

/**
 * Locks the rows of what is decided about, in the caller's transaction, so that two people who press at once,
 * and a callback that comes meanwhile, go one after the other. Always in one order, so that nobody waits for
 * us the other way round.
 */
export async function lockSubjects(tx: Ctx, ids: readonly string[]): Promise<void> {
  for (const id of [...new Set(ids)].sort((a, b) => placeOf(a) - placeOf(b))) await lock(tx, id);
}

/** What has no row of its own comes first. */
function placeOf(id: string): number {
  return ORDER.findIndex((kind) => isId(kind, id));
}

function lock({ db }: Ctx, id: string): Promise<unknown> {
  if (isId("deposit", id))
    return db.$queryRaw`SELECT FROM deposits WHERE id = ${id} FOR NO KEY UPDATE`;
  if (isId("withdrawal", id))
    return db.$queryRaw`SELECT FROM withdrawals WHERE id = ${id} FOR NO KEY UPDATE`;
  if (isId("refund", id))
    return db.$queryRaw`SELECT FROM refunds WHERE id = ${id} FOR NO KEY UPDATE`;
  if (isId("transaction", id))
    return db.$queryRaw`SELECT FROM provider_transactions WHERE id = ${id} FOR NO KEY UPDATE`;
  return db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${id}, 0))`;
}
