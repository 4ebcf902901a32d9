import { sha256Hex } from "@/lib/crypto";
import type { Db } from "@/lib/db";
import type { Deposit } from "@/lib/generated/prisma/client";

/** The deposit whose session id the provider echoed, or null. The id is looked up by its hash. */
export async function findDepositBySession(db: Db, sessionId: string): Promise<Deposit | null> {
  return db.deposit.findUnique({ where: { sessionTokenHash: sha256Hex(sessionId) } });
}
