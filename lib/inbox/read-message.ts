import { parseStkCallback, type StkCallback } from "@/lib/providers/daraja/callback";
import {
  parsePurchaseCallback,
  parseRedemptionCallback,
  type PurchaseCallback,
  type RedemptionCallback,
} from "@/lib/providers/pesavoucher/callback";

/** What a message says, before anyone has asked whether it is true. */
export type Reading =
  | { kind: "purchase"; callback: PurchaseCallback }
  | { kind: "redemption"; callback: RedemptionCallback }
  | { kind: "stk"; callback: StkCallback; depositId: string; secretHash: string }
  | { kind: "stk_alias"; callback: StkCallback }
  | { kind: "malformed"; note: string };

/** Reads a message as its address expects it. Never throws: nonsense is `malformed`. */
export function readMessage(message: {
  provider: string;
  kind: string;
  body: Uint8Array;
  addressee: string | null;
  secretHash: string | null;
}): Reading {
  const body = parseJson(message.body);
  switch (`${message.provider}:${message.kind}`) {
    case "pesavoucher:purchase": {
      const callback = parsePurchaseCallback(body);
      return callback ? { kind: "purchase", callback } : UNREADABLE;
    }
    case "pesavoucher:redemption": {
      const callback = parseRedemptionCallback(body);
      return callback ? { kind: "redemption", callback } : UNREADABLE;
    }
    case "mpesa:stk": {
      const callback = parseStkCallback(body);
      const { addressee: depositId, secretHash } = message;
      if (!callback || depositId === null || secretHash === null) return UNREADABLE;
      return { kind: "stk", callback, depositId, secretHash };
    }
    case "mpesa:stk_alias": {
      const callback = parseStkCallback(body);
      return callback ? { kind: "stk_alias", callback } : UNREADABLE;
    }
    default:
      return { kind: "malformed", note: `no verb for ${message.provider}:${message.kind}` };
  }
}

const UNREADABLE: Reading = {
  kind: "malformed",
  note: "not readable as what this address expects",
};

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"));
  } catch {
    return undefined;
  }
}
