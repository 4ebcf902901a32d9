import type { Ctx } from "@/lib/context";
import { isId } from "@/lib/kit/ids";

/**
 * Locks the rows of what is decided about, in the caller's transaction and in the order given, so that two
 * people who press at once, and a callback that comes meanwhile, go one after the other.
 */
export async function lockSubjects(tx: Ctx, ids: readonly string[]): Promise<void> {
  for (const id of ids) await lock(tx, id);
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
  // What has no row of its own.
  return db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${id}, 0))`;
}
