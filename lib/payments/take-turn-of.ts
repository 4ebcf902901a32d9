import type { Ctx } from "@/lib/context";

/**
 * Makes what one person decides about money wait for what they decided a moment before, until the caller's
 * transaction ends, so that what they gave alone is counted one by one. Taken before any row is locked.
 */
export async function takeTurnOf({ db }: Ctx, personId: string): Promise<void> {
  const turn = `what ${personId} gave alone`;
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${turn}, 0))`;
}
