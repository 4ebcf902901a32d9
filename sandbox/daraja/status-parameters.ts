import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { Settings } from "@/sandbox/settings";
import { shapeOf, spellAmount, spellTime, type ResultParameter } from "./build-result";
import type { KnownTransaction } from "./known-transaction";

export type StatusWord =
  | "Initiated"
  | "Authorized"
  | "Pending Authorized"
  | "Completed"
  | "Cancelled"
  | "Declined"
  | "Expired";

const UNFINISHED: readonly StatusWord[] = ["Initiated", "Authorized", "Pending Authorized"];

/** The entries of a status result. Only what is completed has a receipt and has cost anything. */
export function statusParameters(facts: {
  transaction: KnownTransaction;
  word: StatusWord;
  settings: Readonly<Settings>;
  lies: CallbackScript;
  makeReceipt: () => string;
  nowMs: number;
}): ResultParameter[] {
  const { transaction, word, settings, lies } = facts;
  const shape = shapeOf(lies, settings);
  const isCompleted = word === "Completed";
  const finishedMs = UNFINISHED.includes(word) ? null : (transaction.endedAtMs ?? facts.nowMs);
  const receipt = isCompleted ? (transaction.receipt ?? facts.makeReceipt()) : undefined;
  return [
    { key: "DebitPartyName", value: transaction.debitParty },
    { key: "CreditPartyName", value: transaction.creditParty },
    { key: "OriginatorConversationID", value: transaction.originatorConversationId },
    { key: "ConversationID", value: transaction.conversationId },
    { key: "InitiatedTime", value: spellTime(transaction.createdAtMs, shape) },
    {
      key: "FinalisedTime",
      value: finishedMs === null ? undefined : spellTime(finishedMs, shape),
    },
    { key: "DebitAccountType", value: transaction.debitAccountType },
    { key: "DebitPartyCharges", value: isCompleted ? transaction.debitCharges : undefined },
    { key: "CreditPartyCharges", value: isCompleted ? transaction.creditCharges : undefined },
    { key: "TransactionReason" },
    { key: "ReasonType", value: transaction.reasonType },
    { key: "TransactionStatus", value: word },
    { key: "Amount", value: spellAmount(lies.amountCents ?? transaction.amountCents, shape) },
    { key: "ReceiptNo", value: receipt },
  ];
}
