import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { isOwnMessage } from "./queue-rows-machines";
import type { CaseMessageFacts } from "./review-case";
import { NO_PARTS, type SubjectPanel } from "./subject-panel";

/** A message of the merchant's that had no effect. Throws `NotFoundError` for any other. */
export async function findMessageToReview(ctx: Ctx, id: string): Promise<CaseMessageFacts> {
  const [message] = await ctx.db.$queryRaw<CaseMessageFacts[]>`
    SELECT m.id, m.provider, m.kind, m.outcome::text AS outcome, m.note,
           m.received_at AS "receivedAt", m.repeats,
           EXISTS (SELECT FROM review_decisions e WHERE e.subject_id = m.id AND e.state = 'carried_out'
                      AND e.merchant_id = ${ctx.merchantId}) AS "isLeft"
      FROM messages m
     WHERE m.id = ${id} AND ${isOwnMessage(ctx.merchantId)}
       AND (m.worked_at IS NULL OR m.outcome IN ('stuck', 'quarantined'))
     LIMIT 1`;
  if (!message) throw new NotFoundError();
  return message;
}

/** What may be done about a message that had no effect. Throws `NotFoundError`. */
export async function readMessagePanel(ctx: Ctx, id: string): Promise<SubjectPanel> {
  const message = await findMessageToReview(ctx, id);
  return {
    ...NO_PARTS,
    kind: "message",
    situation: message.outcome === "quarantined" ? "message_not_believed" : "message_stuck",
    isMpesa: message.provider === "mpesa",
    amount: null,
    actions: message.isLeft ? [] : ["leave"],
    message,
  };
}
