import { env } from "@/lib/env";
import { hasSourceMark } from "@/lib/providers/pesavoucher/callback";
import { callbackDoor, type CallbackAddress } from "./callback-door";

type Door = (request: Request) => Promise<Response>;

const pesavoucher = {
  provider: "pesavoucher",
  sources: () => env().pesavoucher.callbackSources,
  isMarked: hasSourceMark,
  acknowledgement: { received: true },
} as const;

const mpesa = {
  provider: "mpesa",
  sources: () => env().mpesa.callbackSources,
  // Safaricom marks nothing and signs nothing: the address itself is the proof.
  isMarked: () => true,
  acknowledgement: { ResultCode: 0, ResultDesc: "Accepted" },
} as const;

const STK_PATH = /^\/callbacks\/daraja\/([^/]{1,100})\/stk\/([^/]{1,100})\/?$/;

/** The address of one prompt: it was given to Safaricom alone, with the prompt. */
export const stkDoor = callbackDoor({ ...mpesa, kind: "stk", readAddress: readStkAddress });

/**
 * Every address a provider calls that is the same for all payments. Route Handlers export these functions,
 * and our own server calls the very same ones before Next.
 */
export const CALLBACK_DOORS = {
  "/api/pesavoucher/callback": callbackDoor({ ...pesavoucher, kind: "purchase" }),
  "/api/pesavoucher/redemption-webhook": callbackDoor({ ...pesavoucher, kind: "redemption" }),
  "/v1/webhooks/mpesa": callbackDoor({ ...mpesa, kind: "stk_alias" }),
} as const satisfies Record<string, Door>;

/** The door of a path, or undefined where no provider calls. */
export function findCallbackDoor(path: string): Door | undefined {
  if (STK_PATH.test(path)) return stkDoor;
  const doors: Readonly<Record<string, Door>> = CALLBACK_DOORS;
  return Object.hasOwn(doors, path) ? doors[path] : undefined;
}

function readStkAddress(path: string): CallbackAddress | null {
  const [, secret, addressee] = STK_PATH.exec(path) ?? [];
  return secret !== undefined && addressee !== undefined ? { secret, addressee } : null;
}
