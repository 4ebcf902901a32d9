import type { GatewayRefusal } from "@/lib/providers/gateway";

const TURNED_AWAY_UNREAD: ReadonlySet<GatewayRefusal> = new Set([
  "throttled",
  "quota_used",
  "invalid_token",
  "subscriber_busy",
]);

/** True for an order that the gateway turned away unread: it may be sent again. The rest is refused for good. */
export function mayBeSentAgain(refusal: GatewayRefusal): boolean {
  return TURNED_AWAY_UNREAD.has(refusal);
}
