import { env } from "@/lib/env";
import { hasSourceMark } from "@/lib/providers/pesavoucher/callback";
import { callbackDoor } from "./callback-door";

const pesavoucher = {
  provider: "pesavoucher",
  sources: () => env().pesavoucher.callbackSources,
  isMarked: hasSourceMark,
  acknowledgement: { received: true },
} as const;

/**
 * Every address a provider calls. Route Handlers export these functions, and our own server calls the
 * very same ones before Next.
 */
export const CALLBACK_DOORS = {
  "/api/pesavoucher/callback": callbackDoor({ ...pesavoucher, kind: "purchase" }),
  "/api/pesavoucher/redemption-webhook": callbackDoor({ ...pesavoucher, kind: "redemption" }),
} as const satisfies Record<string, (request: Request) => Promise<Response>>;
