import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import type { World } from "@/sandbox/world";
import type { ApiAnswer } from "./api-call";

/** Refusals in the provider's form: `success: false`, `error`, and a zone-less timestamp. */
export function refusal(world: World, status: number, error: string): ApiAnswer {
  return {
    status,
    body: { success: false, error, timestamp: toProviderTimestamp(world.clock.nowMs()) },
  };
}
