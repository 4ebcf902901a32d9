import type { z } from "zod";

import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import { b2cResultFacts } from "@/sandbox/daraja/b2c-result";
import { buildResult } from "@/sandbox/daraja/build-result";
import { conversationIdOf } from "@/sandbox/daraja/conversation-id";
import { wordsOf } from "@/sandbox/daraja/result-codes";
import type { World } from "@/sandbox/world";
import type { forgeB2cResultSchema } from "./payout-schemas";
import { viewOrganisations } from "./view-organisations";

/**
 * Sends the result of a payout that never was, or that did not end so, and waits for its answer.
 * Nothing in it can be told from a real one: the provider signs nothing.
 */
export async function forgeB2cResult(
  world: World,
  input: z.output<typeof forgeB2cResultSchema>,
): Promise<CallbackRecord> {
  const nowMs = world.clock.nowMs();
  const makeReceipt = (): string => world.ids.receipt(nowMs);
  const originatorConversationId = input.originatorConversationId ?? world.ids.conversation();
  const known = world.payouts.find(originatorConversationId);
  const facts = b2cResultFacts(
    {
      originatorConversationId,
      conversationId:
        input.conversationId ?? known?.conversationId ?? conversationIdOf(world.ids, nowMs),
      resultCode: input.resultCode,
      resultDesc: input.resultDesc ?? wordsOf(input.resultCode, "callback"),
      msisdn: input.msisdn,
      amountCents: input.amountCents,
      receipt: input.receipt ?? makeReceipt(),
      endedAtMs: nowMs,
      funds: viewOrganisations(world)[0] ?? {
        utilityCents: 0n,
        workingCents: 0n,
        chargesCents: 0n,
      },
    },
    {},
    world.settings.current,
    makeReceipt,
  );
  const record = world.outbox.enqueue({
    kind: "forged",
    originatorConversationId,
    msisdn: input.msisdn,
    url: input.url,
    ...buildResult(facts, {}, world.settings.current),
    script: { hold: true, retryDelaysMs: [] },
  });
  return world.outbox.deliverNow(record);
}
