import type { z } from "zod";

import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import { checkoutRequestIdOf } from "@/sandbox/daraja/checkout-request-id";
import { wordsOf } from "@/sandbox/daraja/result-codes";
import { buildStkCallback } from "@/sandbox/daraja/stk-callback";
import type { World } from "@/sandbox/world";
import type { forgeStkSchema } from "./control-schemas";

/**
 * Sends the callback of a push that never was, or that did not end so, and waits for its answer.
 * Nothing in it can be told from a real one: the provider signs nothing.
 */
export async function forgeStkCallback(
  world: World,
  input: z.output<typeof forgeStkSchema>,
): Promise<CallbackRecord> {
  const nowMs = world.clock.nowMs();
  const isTaken = (id: string): boolean => world.pushes.find(id) !== undefined;
  const checkoutRequestId =
    input.checkoutRequestId ?? checkoutRequestIdOf(input.msisdn, nowMs, isTaken);
  const own = world.darajaAccounts.credentials.shortcode;
  const built = buildStkCallback(
    {
      merchantRequestId: input.merchantRequestId ?? world.ids.conversation(),
      checkoutRequestId,
      resultCode: input.resultCode,
      resultDesc: input.resultDesc ?? wordsOf(input.resultCode, "callback"),
      amountCents: input.amountCents,
      receipt: input.receipt ?? world.ids.receipt(nowMs),
      msisdn: input.msisdn,
      shortcode: input.shortcodeHeader === undefined ? own : input.shortcodeHeader,
      endedAtMs: nowMs,
    },
    {},
    world.settings.current,
    (items) => world.ids.shuffle(items),
  );
  const record = world.outbox.enqueue({
    kind: "forged",
    checkoutRequestId,
    msisdn: input.msisdn,
    url: input.url,
    ...built,
    script: { hold: true, retryDelaysMs: [] },
  });
  return world.outbox.deliverNow(record);
}
