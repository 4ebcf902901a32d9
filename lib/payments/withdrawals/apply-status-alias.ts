import type { Ctx } from "@/lib/context";
import type { InitiatorResult } from "@/lib/providers/daraja/initiator-result";
import type { Applied } from "../applied";
import { askSoon } from "./ask-soon";

/**
 * Works a result that came to the address everybody can know. It may have been written by anyone, so it
 * changes nothing: it only makes us ask M-Pesa ourselves, at an address of the withdrawal's own.
 */
export async function applyStatusAlias(
  ctx: Omit<Ctx, "merchantId">,
  result: Pick<InitiatorResult, "originatorConversationId" | "conversationId">,
): Promise<Applied> {
  const { originatorConversationId: providerRef, conversationId } = result;
  const known = [
    ...(providerRef === null ? [] : [{ providerRef }]),
    ...(conversationId === null ? [] : [{ conversationId }]),
  ];
  const found = await ctx.db.withdrawal.findFirst({
    where: { method: "mpesa", OR: known },
    select: { id: true, merchantId: true },
  });
  if (!found) return { outcome: "unmatched", note: "no withdrawal has this id", subjectId: null };
  await askSoon({ ...ctx, merchantId: found.merchantId }, found.id);
  return { outcome: "applied", note: "a hint: asking M-Pesa ourselves", subjectId: found.id };
}
