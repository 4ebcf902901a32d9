import type { Db } from "@/lib/db";
import type { InvariantCheck } from "@/lib/generated/prisma/client";
import { eatDayOf, isHeadGenuine } from "./audit-head";
import { BEFORE_THE_CHAIN, walkAuditChain, type ChainPlace } from "./walk-audit-chain";

/** So many links are made anew at a time; the next check goes on from there. */
export const LINKS_PER_CHECK = 50_000;

/** The name under which the check remembers how far it has read. */
export const CHAIN_UNBROKEN = "the audit chain is unbroken";

/**
 * Whether the chain over the audit log breaks, and where it was last seen whole. Goes on where the check
 * before stopped and begins anew each day, so that old links are seen to be touched too.
 */
export async function checkAuditChain(
  tx: Db,
  { last, now }: { last: LastCheck | null; now: Date },
): Promise<{ broken: { id: string }[]; reached: ChainPlace }> {
  const from = (last && goesOn(last, now)) ?? BEFORE_THE_CHAIN;
  const isStillThere = from.position === 0n || (await hashAt(tx, from.position)) === from.hash;
  if (!isStillThere) return { broken: [{ id: `position ${from.position}` }], reached: from };
  const { reached, breaks } = await walkAuditChain(tx, { from, limit: LINKS_PER_CHECK });
  return { broken: breaks ? [{ id: `position ${reached.position + 1n}` }] : [], reached };
}

type LastCheck = Pick<InvariantCheck, "readTo" | "readHash" | "checkedAt" | "holds">;

/** Where to go on. What was found broken is looked at again, until somebody has mended it. */
function goesOn({ readTo, readHash, checkedAt, holds }: LastCheck, now: Date): ChainPlace | null {
  if (readTo === null || readHash === null) return null;
  const sameDay = eatDayOf(checkedAt).getTime() === eatDayOf(now).getTime();
  return sameDay || !holds ? { position: readTo, hash: readHash } : null;
}

async function hashAt(tx: Db, position: bigint): Promise<string | null> {
  return (await tx.auditSeal.findUnique({ where: { position } }))?.hash ?? null;
}

/** The days whose signed head is not in the chain, or was not signed by us. */
export async function checkAuditHeads(tx: Db): Promise<{ id: string }[]> {
  const heads = await tx.auditHead.findMany({ orderBy: { day: "asc" } });
  const seals = await tx.auditSeal.findMany({
    where: { position: { in: heads.map(({ position }) => position) } },
  });
  const hashes = new Map(seals.map(({ position, hash }) => [position, hash]));
  return heads
    .filter((head, index) => {
      const isInChain = hashes.get(head.position) === head.hash;
      return !isInChain || !isHeadGenuine(head, heads[index - 1] ?? null);
    })
    .map(({ day }) => ({ id: day.toISOString().slice(0, 10) }));
}

/** Rows without a seal, of transactions that were done when everything was sealed. */
export async function findUnsealed(tx: Db, sealedBelow: bigint): Promise<{ id: string }[]> {
  return tx.$queryRaw`
    SELECT a.seq::text AS id FROM audit_log a
     WHERE a.xid < ${sealedBelow} AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.audit_seq = a.seq)
     ORDER BY a.seq LIMIT 5`;
}
