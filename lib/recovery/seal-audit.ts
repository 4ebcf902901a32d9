import { db, Prisma, type Db } from "@/lib/db";
import { CHAIN_START, CHAINED_ROW, linkHash, type ChainedRow } from "./audit-chain";

/** Numbers from here on may belong to transactions that are open. */
const OPEN_FROM = Prisma.sql`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`;
/** Numbers from here on were never given out by this server: they come from another, and ended there. */
const UNKNOWN_FROM = Prisma.sql`pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;

interface Unsealed {
  readonly seq: bigint;
  readonly row: ChainedRow;
}

interface ChainEnd {
  readonly position: bigint;
  readonly hash: string;
  /** The transaction of the row it seals, and that row; null where sealing cannot go on from there. */
  readonly xid: bigint | null;
  readonly seq: bigint;
}

/**
 * Adds at most `limit` audit rows to the end of the chain, in the order of their transactions, and says how
 * many. Takes only rows of transactions older than every open one, so none that commits late is passed over.
 * Goes on after the last sealed row, and does nothing while somebody else is sealing; `thorough` waits, and
 * looks through the whole log for rows with a lower number than that one: a dump restored on another server
 * can bring them about.
 */
export async function sealAudit(input: { limit: number; thorough?: boolean }): Promise<number> {
  return db().$transaction(async (tx) => {
    if (!(await takeTurn(tx, input.thorough === true))) return 0;
    const end = await readEnd(tx);
    const rows = await readUnsealed(tx, input.limit, input.thorough ? null : end);
    if (rows.length > 0) await append(tx, rows, end);
    return rows.length;
  });
}

/** The chain has one end: one process at a time adds to it, and sees what the one before added. */
async function takeTurn(tx: Db, waits: boolean): Promise<boolean> {
  const lock = Prisma.sql`hashtextextended('malipo: seal the audit log', 0)`;
  const [turn] = await tx.$queryRaw<{ taken: boolean }[]>(
    waits
      ? Prisma.sql`SELECT true AS taken FROM pg_advisory_xact_lock(${lock})`
      : Prisma.sql`SELECT pg_try_advisory_xact_lock(${lock}) AS taken`,
  );
  return turn?.taken === true;
}

async function readEnd(tx: Db): Promise<ChainEnd | null> {
  const [end] = await tx.$queryRaw<ChainEnd[]>`
    SELECT s.position, s.hash, s.audit_seq AS seq, a.xid
      FROM audit_seals s
      LEFT JOIN audit_log a ON a.seq = s.audit_seq
       AND a.xid < ${UNKNOWN_FROM}
     ORDER BY s.position DESC LIMIT 1`;
  return end ?? null;
}

async function readUnsealed(tx: Db, limit: number, after: ChainEnd | null): Promise<Unsealed[]> {
  const xid = after?.xid ?? null;
  const [within, order] =
    xid === null
      ? [
          Prisma.sql`(a.xid < ${OPEN_FROM} OR a.xid >= ${UNKNOWN_FROM})`,
          Prisma.sql`a.xid < ${UNKNOWN_FROM}, a.xid, a.seq`,
        ]
      : [
          Prisma.sql`a.xid < ${OPEN_FROM} AND (a.xid, a.seq) > (${xid}, ${after?.seq})`,
          Prisma.sql`a.xid, a.seq`,
        ];
  return tx.$queryRaw<Unsealed[]>`
    SELECT a.seq, ${CHAINED_ROW} AS row
      FROM audit_log a
     WHERE ${within} AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.audit_seq = a.seq)
     ORDER BY ${order}
     LIMIT ${limit}`;
}

async function append(tx: Db, rows: readonly Unsealed[], end: ChainEnd | null): Promise<void> {
  let hash = end?.hash ?? CHAIN_START;
  const hashes = rows.map(({ row }) => (hash = linkHash(hash, row)));
  await tx.$executeRaw`
    INSERT INTO audit_seals (position, audit_seq, hash)
    SELECT ${end?.position ?? 0n} + place, seq, hash
      FROM unnest(${rows.map(({ seq }) => seq)}::bigint[], ${hashes}::text[])
        WITH ORDINALITY AS link (seq, hash, place)`;
}
