import { env } from "@/lib/env";
import { isId } from "@/lib/kit/ids";
import { hasSourceMark } from "@/lib/providers/pesavoucher/callback";
import { callbackDoor, type CallbackAddress } from "./callback-door";
import { validationDoor } from "./validation-door";

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

/** What M-Pesa tells at an address of one payment, by the words of its path. */
const KIND_OF_PATH = {
  stk: "stk",
  "b2c/result": "b2c_result",
  "b2c/timeout": "b2c_timeout",
  "status/result": "status_result",
  "status/timeout": "status_timeout",
  "reversal/result": "reversal_result",
  "reversal/timeout": "reversal_timeout",
} as const;
type OwnPath = keyof typeof KIND_OF_PATH;

const OWN_PATH =
  /^\/callbacks\/daraja\/([^/]{1,100})\/(stk|(?:b2c|status|reversal)\/(?:result|timeout))\/([^/]{1,100})\/?$/;

/** The addresses of one payment: each was given to Safaricom alone, with one order. */
export const DARAJA_DOORS: Readonly<Record<OwnPath, Door>> = {
  stk: ownDoor("stk"),
  "b2c/result": ownDoor("b2c/result"),
  "b2c/timeout": ownDoor("b2c/timeout"),
  "status/result": ownDoor("status/result"),
  "status/timeout": ownDoor("status/timeout"),
  "reversal/result": ownDoor("reversal/result"),
  "reversal/timeout": ownDoor("reversal/timeout"),
};

const COLLECTION_PATH = /^\/callbacks\/daraja\/([^/]{1,100})\/c2b\/(validation|confirmation)\/?$/;

/** The addresses of one shortcode, which Safaricom takes once: it tells there of every payment. */
export const COLLECTION_DOORS: Readonly<Record<"validation" | "confirmation", Door>> = {
  validation: validationDoor({ ...mpesa, secretOf: (path) => readCollectionAddress(path)?.secret }),
  confirmation: callbackDoor({
    ...mpesa,
    kind: "c2b_confirmation",
    readAddress: readCollectionAddress,
    acknowledgement: { ResultCode: 0, ResultDesc: "Success" },
  }),
};

const statusAlias = callbackDoor({ ...mpesa, kind: "status_alias" });

/**
 * Every address a provider calls that is the same for all payments. Route Handlers export these functions,
 * and our own server calls the very same ones before Next.
 */
export const CALLBACK_DOORS = {
  "/api/pesavoucher/callback": callbackDoor({ ...pesavoucher, kind: "purchase" }),
  "/api/pesavoucher/redemption-webhook": callbackDoor({ ...pesavoucher, kind: "redemption" }),
  "/api/pesavoucher/voucher-created-webhook": callbackDoor({
    ...pesavoucher,
    kind: "voucher_created",
    readAddress: readWithdrawalOfQuery,
  }),
  "/v1/webhooks/mpesa": callbackDoor({ ...mpesa, kind: "stk_alias" }),
  "/v1/webhooks/mpesa/transactionstatus/result": statusAlias,
  "/v1/webhooks/mpesa/transactionstatus/timeout": statusAlias,
  "/v1/webhooks/mpesa/reversal/result": callbackDoor({ ...mpesa, kind: "reversal_alias" }),
} as const satisfies Record<string, Door>;

/** The door of a path, or undefined where no provider calls. */
export function findCallbackDoor(path: string): Door | undefined {
  const own = OWN_PATH.exec(path)?.[2];
  if (own !== undefined && isOwnPath(own)) return DARAJA_DOORS[own];
  const collection = COLLECTION_PATH.exec(path)?.[2];
  if (collection === "validation" || collection === "confirmation") {
    return COLLECTION_DOORS[collection];
  }
  const doors: Readonly<Record<string, Door>> = CALLBACK_DOORS;
  return Object.hasOwn(doors, path) ? doors[path] : undefined;
}

function ownDoor(path: OwnPath): Door {
  return callbackDoor({ ...mpesa, kind: KIND_OF_PATH[path], readAddress: readOwnAddress });
}

function isOwnPath(path: string): path is OwnPath {
  return Object.hasOwn(KIND_OF_PATH, path);
}

function readOwnAddress(path: string): CallbackAddress | null {
  const [, secret, , addressee] = OWN_PATH.exec(path) ?? [];
  return secret !== undefined && addressee !== undefined ? { secret, addressee } : null;
}

function readCollectionAddress(path: string): CallbackAddress | null {
  const [, secret] = COLLECTION_PATH.exec(path) ?? [];
  return secret === undefined ? null : { secret, addressee: null };
}

/** Its token is checked when the message is worked; here it only says which payment it is about. */
function readWithdrawalOfQuery(_path: string, query: string): CallbackAddress | null {
  const addressee = new URLSearchParams(query).get("withdrawal");
  // Anything else is no id of ours, and may hold what no column takes.
  return addressee !== null && isId("withdrawal", addressee) ? { secret: null, addressee } : null;
}
