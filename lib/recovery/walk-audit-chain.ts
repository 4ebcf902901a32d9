import type { Db } from "@/lib/db";
import { CHAIN_START, CHAINED_ROW, linkHash, type ChainedRow } from "./audit-chain";

const BATCH = 5_000;

/** A place in the chain: how many links there are up to it, and the hash of the last one. */
export interface ChainPlace {
  readonly position: bigint;
  readonly hash: string;
}

export const BEFORE_THE_CHAIN: ChainPlace = { position: 0n, hash: CHAIN_START };

/**
 * Makes the links after `from` anew, at most `limit`, and compares. Says how far they fit, and whether the
 * next one is there and does not: a row that was changed, taken away, put in or moved breaks its link.
 */
export async function walkAuditChain(
  db: Db,
  { from, limit }: { from: ChainPlace; limit: number },
): Promise<{ reached: ChainPlace; breaks: boolean }> {
  let reached = from;
  for (let left = limit; left > 0; left -= BATCH) {
    const links = await db.$queryRaw<
      { position: bigint; hash: string; isThere: boolean; row: ChainedRow }[]
    >`
      SELECT s.position, s.hash, a.seq IS NOT NULL AS "isThere", ${CHAINED_ROW} AS row
        FROM audit_seals s LEFT JOIN audit_log a ON a.seq = s.audit_seq
       WHERE s.position > ${reached.position} ORDER BY s.position LIMIT ${Math.min(left, BATCH)}`;
    for (const { position, hash, isThere, row } of links) {
      const fits = position === reached.position + 1n && isThere;
      if (!fits || linkHash(reached.hash, row) !== hash) return { reached, breaks: true };
      reached = { position, hash };
    }
    if (links.length < BATCH) break;
  }
  return { reached, breaks: false };
}
