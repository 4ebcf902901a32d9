import { sourceHeaders } from "@/sandbox/callbacks/source-headers";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import { Shillings, writeJson } from "@/sandbox/kit/wire-json";
import type { World } from "@/sandbox/world";

/**
 * Announces a float below the configured level. The provider names the event and nothing else,
 * so its address, its level and its fields are guesses, and it is off unless both are set.
 */
export function sendFloatLow(world: World, merchantId: string): void {
  const { floatLowBelowCents, floatLowUrl } = world.settings.current;
  const { floatCents } = world.ledger.booksOf(merchantId);
  if (floatLowBelowCents === null || floatLowUrl === null || floatCents >= floatLowBelowCents)
    return;
  const body = writeJson({
    event: "float.low",
    merchant_id: merchantId,
    float: new Shillings(floatCents),
    threshold: new Shillings(floatLowBelowCents),
    currency: "KES",
    timestamp: toProviderTimestamp(world.clock.nowMs()),
  });
  const subject = { paymentId: null, sessionId: null, voucherCode: null };
  world.outbox.enqueue({
    kind: "float_low",
    ...subject,
    url: floatLowUrl,
    headers: sourceHeaders(body, world.settings.current),
    body,
    script: world.callbackRules.take("float_low", subject),
  });
}
