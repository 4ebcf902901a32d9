import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { UnauthenticatedError } from "@/lib/errors";

/** "Sign out everywhere": every session the acting user has, this one included, is dead at once. */
export async function endAllSessions(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.user.updateMany({
      where: { id: tx.actor.id, merchantId: tx.merchantId },
      data: { sessionEpoch: { increment: 1 } },
    });
    if (count === 0) throw new UnauthenticatedError();
    await recordAudit(tx, { action: "user.signed_out_everywhere", subjectId: tx.actor.id });
  });
}
