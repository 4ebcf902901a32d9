import { parseC2bMessage, type C2bMessage } from "@/lib/providers/daraja/c2b";
import { parseStkCallback, type StkCallback } from "@/lib/providers/daraja/callback";
import {
  parseInitiatorResult,
  parseTimeout,
  readStatusResult,
  type InitiatorResult,
} from "@/lib/providers/daraja/initiator-result";
import {
  parsePurchaseCallback,
  parseRedemptionCallback,
  parseVoucherCreatedCallback,
  type PurchaseCallback,
  type RedemptionCallback,
  type VoucherCreatedCallback,
} from "@/lib/providers/pesavoucher/callback";

/** What a message says, before anyone has asked whether it is true. */
export type Reading =
  | { kind: "purchase"; callback: PurchaseCallback }
  | { kind: "redemption"; callback: RedemptionCallback }
  | { kind: "stk"; callback: StkCallback; depositId: string; secretHash: string }
  | { kind: "stk_alias"; callback: StkCallback }
  | { kind: "voucher_created"; callback: VoucherCreatedCallback; withdrawalId: string }
  | ({ kind: ResultKind; result: InitiatorResult } & PayoutAddress)
  | ({ kind: TimeoutKind; timeout: PayoutIds } & PayoutAddress)
  | { kind: "status_alias" | "reversal_alias"; ids: PayoutIds }
  | { kind: "c2b_confirmation"; c2b: C2bMessage; secretHash: string }
  | { kind: "malformed"; note: string };

type ResultKind = "b2c_result" | "status_result" | "reversal_result";
type TimeoutKind = "b2c_timeout" | "status_timeout" | "reversal_timeout";

/** What the address of an order's message says. */
interface PayoutAddress {
  /** Of the withdrawal; of the refund or the question where it is about one of those. */
  readonly withdrawalId: string;
  readonly secretHash: string;
}

type PayoutIds = ReturnType<typeof parseTimeout>;

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
    case "pesavoucher:voucher_created": {
      const callback = parseVoucherCreatedCallback(body);
      const { addressee: withdrawalId } = message;
      return callback && withdrawalId !== null
        ? { kind: "voucher_created", callback, withdrawalId }
        : UNREADABLE;
    }
    case "mpesa:b2c_result":
      return readResult("b2c_result", body, message);
    case "mpesa:status_result":
      return readResult("status_result", body, message);
    case "mpesa:b2c_timeout":
      return readTimeout("b2c_timeout", body, message);
    case "mpesa:status_timeout":
      return readTimeout("status_timeout", body, message);
    case "mpesa:reversal_result":
      return readResult("reversal_result", body, message);
    case "mpesa:reversal_timeout":
      return readTimeout("reversal_timeout", body, message);
    case "mpesa:reversal_alias": {
      const ids = idsOfHint(body);
      return ids ? { kind: "reversal_alias", ids } : UNREADABLE;
    }
    case "mpesa:status_alias": {
      const ids = idsOfHint(body);
      return ids ? { kind: "status_alias", ids } : UNREADABLE;
    }
    case "mpesa:c2b_confirmation": {
      const c2b = parseC2bMessage(body);
      const { secretHash } = message;
      return c2b && secretHash !== null
        ? { kind: "c2b_confirmation", c2b, secretHash }
        : UNREADABLE;
    }
    default:
      return { kind: "malformed", note: `no verb for ${message.provider}:${message.kind}` };
  }
}

type Addressed = { addressee: string | null; secretHash: string | null };

function readResult(
  kind: ResultKind,
  body: unknown,
  { addressee, secretHash }: Addressed,
): Reading {
  const result = parseInitiatorResult(body);
  if (!result || addressee === null || secretHash === null) return UNREADABLE;
  return { kind, result, withdrawalId: addressee, secretHash };
}

/** What a time-out says is documented nowhere, so its address alone is enough. */
function readTimeout(
  kind: TimeoutKind,
  body: unknown,
  { addressee, secretHash }: Addressed,
): Reading {
  if (addressee === null || secretHash === null) return UNREADABLE;
  return { kind, timeout: parseTimeout(body), withdrawalId: addressee, secretHash };
}

/** The payout a hint is about: named among its parameters, or by the message itself. */
function idsOfHint(body: unknown): PayoutIds | null {
  const result = parseInitiatorResult(body);
  const told = result ? readStatusResult(result) : null;
  const itself = result ?? parseTimeout(body);
  const ids = {
    originatorConversationId: told?.originatorConversationId ?? itself.originatorConversationId,
    conversationId: told?.conversationId ?? itself.conversationId,
  };
  return ids.originatorConversationId === null && ids.conversationId === null ? null : ids;
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
