import { db } from "@/lib/db";
import { sealAudit } from "./seal-audit";

const LIMIT = 5_000;

/**
 * Seals every audit row that can be sealed by now, whatever its number. Says up to which transaction number
 * all were done when it began: a row below that is sealed, or something is wrong.
 */
export async function sealWholeLog(): Promise<bigint> {
  const [edge] = await db().$queryRaw<{ openFrom: bigint }[]>`
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS "openFrom"`;
  while ((await sealAudit({ limit: LIMIT })) === LIMIT);
  while ((await sealAudit({ limit: LIMIT, thorough: true })) === LIMIT);
  return edge?.openFrom ?? 0n;
}
