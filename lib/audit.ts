import type { Ctx } from "./context";
import type { Prisma } from "./db";

export interface AuditEntry {
  readonly action: string;
  readonly subjectId: string;
  readonly before?: Prisma.InputJsonObject;
  readonly after?: Prisma.InputJsonObject;
}

/** Writes who did what to which subject, in the caller's transaction. Never holds codes or secrets. */
export async function recordAudit(tx: Ctx, entry: AuditEntry): Promise<void> {
  await tx.db.auditEntry.create({ data: rowOf(tx, entry) });
}

/** Many entries at once, in their order. */
export async function recordAudits(tx: Ctx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.db.auditEntry.createMany({ data: entries.map((entry) => rowOf(tx, entry)) });
}

function rowOf(tx: Ctx, entry: AuditEntry): Prisma.AuditEntryCreateManyInput {
  return {
    merchantId: tx.merchantId,
    actorKind: tx.actor.kind,
    actorId: tx.actor.id,
    action: entry.action,
    subjectId: entry.subjectId,
    before: entry.before,
    after: entry.after,
    requestId: tx.requestId,
    createdAt: tx.now(),
  };
}
