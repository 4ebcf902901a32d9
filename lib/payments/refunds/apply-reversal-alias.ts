import type { Ctx } from "@/lib/context";
import type { InitiatorResult } from "@/lib/providers/daraja/initiator-result";
import type { Applied } from "../applied";
import { askRefundSoon } from "./ask-refund-soon";

/**
 * Works a reversal's result that came to the address everybody can know. It may have been written by anyone,
 * so it changes nothing: it only makes us ask M-Pesa ourselves, at an address of the refund's own.
 */
export async function applyReversalAlias(
  ctx: Omit<Ctx, "merchantId">,
  ids: Pick<InitiatorResult, "originatorConversationId" | "conversationId">,
): Promise<Applied> {
  const { originatorConversationId, conversationId } = ids;
  const known = [
    ...(originatorConversationId === null ? [] : [{ originatorConversationId }]),
    ...(conversationId === null ? [] : [{ conversationId }]),
  ];
  const found = await ctx.db.refund.findFirst({
    where: { method: "reversal", OR: known },
    select: { id: true, merchantId: true },
  });
  if (!found) return { outcome: "unmatched", note: "no refund has this id", subjectId: null };
  await askRefundSoon({ ...ctx, merchantId: found.merchantId }, found.id);
  return { outcome: "applied", note: "a hint: asking M-Pesa ourselves", subjectId: found.id };
}
