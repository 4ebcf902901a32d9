import type { z } from "zod";

import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import { buildC2bMessage } from "@/sandbox/daraja/c2b-message";
import type { World } from "@/sandbox/world";
import type { forgeConfirmationSchema } from "./collection-schemas";
import { findCollector } from "./find-collector";

/**
 * Sends the news of a payment that never was, and waits for its answer. Nothing in it can be told
 * from a real one: the provider signs nothing.
 */
export async function forgeConfirmation(
  world: World,
  input: z.output<typeof forgeConfirmationSchema>,
): Promise<CallbackRecord> {
  const { shortcode, kind } = findCollector(world, input.shortcode);
  const nowMs = world.clock.nowMs();
  const receipt = input.receipt ?? world.ids.receipt(nowMs);
  const isAfter = input.kind === "c2b_confirmation";
  const { balanceCents } = world.mpesaBooks.balanceOf(`shortcode:${shortcode}`);
  const built = buildC2bMessage(
    {
      ...input,
      receipt,
      kind,
      shortcode,
      thirdPartyTransId: "",
      atMs: nowMs,
      balanceCents: isAfter ? balanceCents + input.amountCents : null,
    },
    {},
    world.settings.current,
  );
  const record = world.outbox.enqueue({
    kind: "forged",
    receipt,
    msisdn: input.msisdn,
    url: input.url,
    ...built,
    script: { hold: true, retryDelaysMs: [] },
  });
  return world.outbox.deliverNow(record);
}
