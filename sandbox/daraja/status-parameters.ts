import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import { toTwoDecimals } from "@/sandbox/kit/money";
import type { Settings } from "@/sandbox/settings";
import { shapeOf, spellAmount, spellTime, type ResultParameter } from "./build-result";
import { publicNameOf } from "./party-names";
import type { Payout } from "./payout";

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
  payout: Payout;
  word: StatusWord;
  organisation: string;
  settings: Readonly<Settings>;
  lies: CallbackScript;
  makeReceipt: () => string;
  nowMs: number;
}): ResultParameter[] {
  const { payout, word, settings, lies } = facts;
  const shape = shapeOf(lies, settings);
  const isCompleted = word === "Completed";
  const charge = `Fee For B2C Payment|KES|${toTwoDecimals(settings.b2cChargeCents)}`;
  const finishedMs = UNFINISHED.includes(word) ? null : (payout.endedAtMs ?? facts.nowMs);
  const receipt = isCompleted ? (payout.receipt ?? facts.makeReceipt()) : undefined;
  return [
    { key: "DebitPartyName", value: `${payout.shortcode} - ${facts.organisation}` },
    { key: "CreditPartyName", value: publicNameOf(payout.msisdn) },
    { key: "OriginatorConversationID", value: payout.originatorConversationId },
    { key: "ConversationID", value: payout.conversationId },
    { key: "InitiatedTime", value: spellTime(payout.createdAtMs, shape) },
    {
      key: "FinalisedTime",
      value: finishedMs === null ? undefined : spellTime(finishedMs, shape),
    },
    { key: "DebitAccountType", value: "Utility Account" },
    { key: "DebitPartyCharges", value: isCompleted ? charge : undefined },
    { key: "CreditPartyCharges" },
    { key: "TransactionReason" },
    { key: "ReasonType", value: "Business Payment to Customer via API" },
    { key: "TransactionStatus", value: word },
    { key: "Amount", value: spellAmount(lies.amountCents ?? payout.amountCents, shape) },
    { key: "ReceiptNo", value: receipt },
  ];
}
