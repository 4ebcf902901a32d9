import { centsFromProvider } from "@/lib/kit/money";
import { signedCentsFromProvider } from "../signed-cents";
import { fieldOf, findAnywhere, foldPairs, isRecord, type FoldedFields } from "./folded-fields";
import { parseNairobiTime } from "./nairobi-time";
import { readReceiptNumber } from "./receipt-number";
import { maskParty, readShortcode } from "./receiver-name";

const ID_SHAPE = /^[\x21-\x7e]{1,128}$/;
const CODE_SHAPE = /^[\x21-\x7e]{1,32}$/;
// The first spelling is a real one.
const ORIGINATOR_NAMES = ["originatorcoversationid", "originatorconversationid"];

/** What a result claims. Nobody signs it: only what we stored ourselves tells whether it fits. */
export interface InitiatorResult {
  readonly resultType: string | null;
  readonly resultCode: string;
  readonly resultText: string;
  readonly originatorConversationId: string | null;
  readonly conversationId: string | null;
  readonly transactionId: string | null;
  /** Under folded names: lower case, letters and digits only. Null for a name without a value. */
  readonly parameters: FoldedFields;
}

/** What a payout's result tells besides its code. */
export interface B2cResult {
  readonly amountCents: bigint | null;
  readonly receipt: string | null;
  /** `254712345678 - JOHN DOE`, as sent. */
  readonly receiver: string | null;
  readonly completedAt: Date | null;
  readonly utilityCents: bigint | null;
  readonly workingCents: bigint | null;
  readonly chargesCents: bigint | null;
}

/** How far a transaction has got. `unclear` is a word nobody has written about: it settles nothing. */
export type TransactionStatus =
  "completed" | "cancelled" | "declined" | "expired" | "pending" | "unclear";

/** What a status look-up's result tells of the transaction that was asked about. */
export interface StatusResult {
  /** Null when the result does not name one. */
  readonly status: TransactionStatus | null;
  readonly receipt: string | null;
  readonly amountCents: bigint | null;
  /** Of the transaction asked about, not of the question. */
  readonly originatorConversationId: string | null;
  readonly conversationId: string | null;
  readonly completedAt: Date | null;
}

/** The same of any transaction, whoever paid whom. */
export interface TransactionStatusResult extends Omit<StatusResult, "completedAt"> {
  readonly finishedAt: Date | null;
  /** Who was paid, when it is an organisation and the result names it. */
  readonly creditShortcode: string | null;
  /** Who paid, masked: `0712 *** 678 - J*** D**`. */
  readonly debitParty: string | null;
}

/** What a reversal's result tells besides its code. */
export interface ReversalResult {
  /** Of the payment that went back. */
  readonly originalReceipt: string | null;
  /** Of the way back, which is a payment of its own. Null unless it succeeded. */
  readonly receipt: string | null;
  readonly amountCents: bigint | null;
  readonly completedAt: Date | null;
  readonly chargeCents: bigint | null;
  /** What the shortcode has left in its utility account. */
  readonly utilityCents: bigint | null;
  /** Whose money went back, masked: `0712 *** 678 - J*** D**`. */
  readonly creditParty: string | null;
  readonly debitShortcode: string | null;
}

/** Reads the body of an order's or a look-up's result. Null when it is not one. */
export function parseInitiatorResult(body: unknown): InitiatorResult | null {
  if (!isRecord(body)) return null;
  const inner = fieldOf(body, "result");
  const result = isRecord(inner) ? inner : body;
  const fields = foldPairs(Object.entries(result));
  const resultCode = fields.get("resultcode") ?? "";
  if (!CODE_SHAPE.test(resultCode)) return null;
  return {
    resultType: fields.get("resulttype") ?? null,
    resultCode,
    resultText: fields.get("resultdesc") ?? "",
    originatorConversationId: idOf(fields, ORIGINATOR_NAMES),
    conversationId: idOf(fields, ["conversationid"]),
    transactionId: idOf(fields, ["transactionid"]),
    parameters: parametersOf(fieldOf(result, "resultparameters")),
  };
}

/** Reads what a payout's result tells (docs/providers/daraja.md, "Result"). */
export function readB2cResult(result: InitiatorResult): B2cResult {
  const { parameters, resultCode, transactionId } = result;
  // A failure carries an id there too, which is no receipt of anything.
  const ownId = resultCode === "0" ? transactionId : null;
  return {
    amountCents: centsFromProvider(parameters.get("transactionamount")),
    receipt: readReceiptNumber(parameters.get("transactionreceipt") ?? ownId),
    receiver: parameters.get("receiverpartypublicname") ?? null,
    completedAt: timeOf(parameters, ["transactioncompleteddatetime"]),
    utilityCents: signedCentsFromProvider(parameters.get("b2cutilityaccountavailablefunds")),
    workingCents: signedCentsFromProvider(parameters.get("b2cworkingaccountavailablefunds")),
    chargesCents: signedCentsFromProvider(parameters.get("b2cchargespaidaccountavailablefunds")),
  };
}

/** Reads what a status look-up's result tells (docs/providers/daraja.md, "Status look-up"). */
export function readStatusResult({ parameters }: InitiatorResult): StatusResult {
  return {
    status: statusOf(parameters),
    receipt: readReceiptNumber(
      parameters.get("receiptno") ?? parameters.get("receiptnumber") ?? null,
    ),
    amountCents: centsFromProvider(parameters.get("amount") ?? parameters.get("transactionamount")),
    originatorConversationId: idOf(parameters, ORIGINATOR_NAMES),
    conversationId: idOf(parameters, ["conversationid"]),
    completedAt: timeOf(parameters, ["finalisedtime", "finalizedtime"]),
  };
}

/** Reads what a look-up tells of any transaction (docs/providers/daraja.md, "Status look-up"). */
export function readTransactionStatus(result: InitiatorResult): TransactionStatusResult {
  const { completedAt: finishedAt, ...status } = readStatusResult(result);
  const { parameters } = result;
  return {
    ...status,
    finishedAt,
    creditShortcode: readShortcode(parameters.get("creditpartyname") ?? ""),
    debitParty: maskParty(parameters.get("debitpartyname") ?? ""),
  };
}

/** Reads what a reversal's result tells (docs/providers/daraja.md, "Reversal"). */
export function readReversalResult(result: InitiatorResult): ReversalResult {
  const { parameters, resultCode, transactionId } = result;
  return {
    originalReceipt: readReceiptNumber(parameters.get("originaltransactionid")),
    // A failure carries an id there too, which is no receipt of anything.
    receipt: resultCode === "0" ? readReceiptNumber(transactionId) : null,
    amountCents: centsFromProvider(parameters.get("amount")),
    completedAt: timeOf(parameters, ["transcompletedtime"]),
    chargeCents: signedCentsFromProvider(parameters.get("charge")),
    utilityCents: utilityCentsOf(parameters.get("debitaccountbalance") ?? ""),
    creditParty: maskParty(parameters.get("creditpartypublicname") ?? ""),
    debitShortcode: readShortcode(parameters.get("debitpartypublicname") ?? ""),
  };
}

/** What is available in `Utility Account|KES|current|available|reserved|uncleared`, among others perhaps. */
function utilityCentsOf(accounts: string): bigint | null {
  const fields = accounts.split("&").map((account) => account.split("|"));
  const utility = fields.filter(([name = ""]) => /^\s*utility\b/i.test(name));
  return utility.length === 1 ? signedCentsFromProvider(utility[0]?.[3]) : null;
}

/** Whose order ran out of time in the provider's queue, from a body that is documented nowhere. */
export function parseTimeout(body: unknown): {
  originatorConversationId: string | null;
  conversationId: string | null;
} {
  return {
    originatorConversationId: asId(findAnywhere(body, ORIGINATOR_NAMES)),
    conversationId: asId(findAnywhere(body, ["conversationid"])),
  };
}

/** A list of pairs, one pair by itself, or nothing. */
function parametersOf(block: unknown): FoldedFields {
  const inner = isRecord(block) ? fieldOf(block, "resultparameter") : block;
  const list: unknown[] = Array.isArray(inner) ? inner : [inner];
  return foldPairs(
    list.filter(isRecord).flatMap((pair): [string, unknown][] => {
      const key = fieldOf(pair, "key") ?? fieldOf(pair, "name");
      return typeof key === "string" ? [[key, fieldOf(pair, "value")]] : [];
    }),
  );
}

const STATUSES: Readonly<Record<string, TransactionStatus>> = {
  completed: "completed",
  cancelled: "cancelled",
  canceled: "cancelled",
  declined: "declined",
  expired: "expired",
  initiated: "pending",
  authorized: "pending",
  authorised: "pending",
  "pending authorized": "pending",
  "pending authorised": "pending",
  pending: "pending",
};

function statusOf(parameters: FoldedFields): TransactionStatus | null {
  const word = parameters.get("transactionstatus");
  if (word === undefined) return null;
  return STATUSES[word?.toLowerCase().replace(/\s+/g, " ") ?? ""] ?? "unclear";
}

function idOf(fields: FoldedFields, names: readonly string[]): string | null {
  const found = names.map((name) => asId(fields.get(name) ?? null)).filter((id) => id !== null);
  return new Set(found).size === 1 ? (found[0] ?? null) : null;
}

function asId(text: string | null): string | null {
  return text !== null && ID_SHAPE.test(text) ? text : null;
}

function timeOf(fields: FoldedFields, names: readonly string[]): Date | null {
  const text = names.map((name) => fields.get(name) ?? null).find((text) => text !== null);
  return parseNairobiTime(text ?? "");
}
