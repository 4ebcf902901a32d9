import type { Ctx } from "./context";
import type { Prisma } from "./db";

/** Writes who did what to which subject, in the caller's transaction. Never holds codes or secrets. */
export async function recordAudit(
  tx: Ctx,
  entry: {
    action: string;
    subjectId: string;
    before?: Prisma.InputJsonObject;
    after?: Prisma.InputJsonObject;
  },
): Promise<void> {
  await tx.db.auditEntry.create({
    data: {
      merchantId: tx.merchantId,
      actorKind: tx.actor.kind,
      actorId: tx.actor.id,
      action: entry.action,
      subjectId: entry.subjectId,
      before: entry.before,
      after: entry.after,
      requestId: tx.requestId,
      createdAt: tx.now(),
    },
  });
}
