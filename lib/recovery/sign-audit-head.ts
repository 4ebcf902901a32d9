import { db } from "@/lib/db";
import type { AuditHead } from "@/lib/generated/prisma/client";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { eatDayOf, signedHead } from "./audit-head";
import { sealWholeLog } from "./seal-whole-log";
import { BEFORE_THE_CHAIN, walkAuditChain } from "./walk-audit-chain";

/**
 * Signs the end of the chain for the day that is over in East Africa, once, and writes it to the log as well:
 * a copy that leaves this machine with the logs proves what the chain was. Walks the links since the head
 * before it first, and throws without signing when one does not fit. Null when that day is signed already, or
 * nothing was ever sealed.
 */
export async function signAuditHead(input: { now: () => Date }): Promise<AuditHead | null> {
  const now = input.now();
  const day = addMs(eatDayOf(now), -DAY_MS);
  const previous = await db().auditHead.findFirst({ orderBy: { day: "desc" } });
  if (previous && previous.day >= day) return null;
  await sealWholeLog();
  const { reached, breaks } = await walkAuditChain(db(), {
    from: previous ?? BEFORE_THE_CHAIN,
    limit: Number.MAX_SAFE_INTEGER,
  });
  if (breaks)
    throw new Error(`the audit log's chain does not fit after position ${reached.position}`);
  if (reached.position === 0n) return null;
  const head = signedHead({ day, ...reached, signedAt: now }, previous);
  const { count } = await db().auditHead.createMany({ data: [head], skipDuplicates: true });
  if (count === 0) return null;
  const { position, hash, signature, keyId } = head;
  log().info(
    { day: day.toISOString().slice(0, 10), position: String(position), hash, signature, keyId },
    "the audit log's head of the day",
  );
  return head;
}
