import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { workMessage } from "@/lib/inbox/work-message";
import { ownerOfPayment } from "./owner-of-payment";

/**
 * A staff member has a kept message worked again: a quarantined one they trust, or one that was stuck or
 * unmatched. It is judged as on the day it came, by its address and what we stored, and nothing is credited or
 * paid out twice. Throws
 * `ForbiddenError` for anyone but staff and `NotFoundError` for an unknown message.
 */
export async function replayMessage(ctx: Ctx, input: { messageId: string }): Promise<void> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  await withTransaction(ctx, async (tx) => {
    await refuseForeign(tx, input.messageId);
    const { count } = await tx.db.message.updateMany({
      where: { id: input.messageId, workedAt: { not: null } },
      data: {
        workedAt: null,
        outcome: null,
        note: null,
        attempts: 0,
        leaseUntil: null,
        nextAttemptAt: tx.now(),
      },
    });
    if (count === 0) throw new NotFoundError("message_not_found");
    await recordAudit(tx, { action: "message.replayed", subjectId: input.messageId });
  });
  await workMessage({ messageId: input.messageId, now: ctx.now });
}

/** A message about, or addressed to, another merchant's payment does not exist for this one's staff. */
async function refuseForeign(tx: Ctx, messageId: string): Promise<void> {
  const message = await tx.db.message.findUnique({
    where: { id: messageId },
    select: { subjectId: true, addressee: true },
  });
  if (!message) throw new NotFoundError("message_not_found");
  const about = message.subjectId ?? message.addressee;
  if (about === null) return;
  const owner = await ownerOfPayment(tx, about);
  // An address can name what never existed; what a message is about always does.
  const isForeign = owner ? owner.merchantId !== tx.merchantId : message.subjectId !== null;
  if (isForeign) throw new NotFoundError("message_not_found");
}
