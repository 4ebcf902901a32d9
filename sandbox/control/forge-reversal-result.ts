import type { z } from "zod";

import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import { buildResult } from "@/sandbox/daraja/build-result";
import { conversationIdOf } from "@/sandbox/daraja/conversation-id";
import { wordsOf } from "@/sandbox/daraja/result-codes";
import { reversalResultFacts } from "@/sandbox/daraja/reversal-result";
import type { World } from "@/sandbox/world";
import { findCollector } from "./find-collector";
import type { forgeReversalResultSchema } from "./reversal-schemas";

/**
 * Sends the result of a reversal that never was, or that did not end so, and waits for its answer.
 * Nothing in it can be told from a real one: the provider signs nothing.
 */
export async function forgeReversalResult(
  world: World,
  input: z.output<typeof forgeReversalResultSchema>,
): Promise<CallbackRecord> {
  const nowMs = world.clock.nowMs();
  const makeReceipt = (): string => world.ids.receipt(nowMs);
  const originatorConversationId = input.originatorConversationId ?? world.ids.conversation();
  const known = world.reversals.find(originatorConversationId);
  const { shortcode, name: business } = findCollector(world, known?.shortcode);
  const originalReceipt = input.originalReceipt ?? known?.originalReceipt ?? makeReceipt();
  const msisdn = known?.msisdn ?? world.payments.find(originalReceipt)?.msisdn ?? "254700000000";
  const facts = reversalResultFacts(
    {
      originatorConversationId,
      conversationId:
        input.conversationId ?? known?.conversationId ?? conversationIdOf(world.ids, nowMs),
      resultCode: input.resultCode,
      resultDesc: input.resultDesc ?? wordsOf(input.resultCode, "callback"),
      originalReceipt,
      receipt: input.receipt ?? makeReceipt(),
      amountCents: input.amountCents,
      shortcode,
      business,
      msisdn,
      endedAtMs: nowMs,
      balanceCents: world.mpesaBooks.balanceOf(`shortcode:${shortcode}`).balanceCents,
    },
    {},
    world.settings.current,
    makeReceipt,
  );
  const record = world.outbox.enqueue({
    kind: "forged",
    originatorConversationId,
    receipt: originalReceipt,
    msisdn,
    url: input.url,
    ...buildResult(facts, {}, world.settings.current),
    script: { hold: true, retryDelaysMs: [] },
  });
  return world.outbox.deliverNow(record);
}
