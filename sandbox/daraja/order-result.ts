import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { ResultFacts } from "./build-result";
import { emptyReceiptOf } from "./conversation-id";
import { wordsOf } from "./result-codes";

/** How an order of money ended. */
export type OrderFacts = {
  originatorConversationId: string;
  conversationId: string;
  resultCode: string;
  resultDesc: string;
  receipt: string | null;
  endedAtMs: number;
};

type Said = Pick<
  ResultFacts,
  "originatorConversationId" | "conversationId" | "transactionId" | "resultCode" | "resultDesc"
>;

/**
 * What the result of any order says: its ids, code and words. A script may lie about them; a lie of success
 * needs a receipt, which `makeReceipt` invents. `receipt` is null where the result tells a failure.
 */
export function orderResult(
  facts: OrderFacts,
  script: CallbackScript,
  makeReceipt: () => string,
): { said: Said; receipt: string | null } {
  const { originatorConversationId, conversationId } = facts;
  const resultCode = script.resultCode ?? facts.resultCode;
  const isTrueCode = resultCode === facts.resultCode;
  const receipt = resultCode === "0" ? (facts.receipt ?? makeReceipt()) : null;
  const said = {
    originatorConversationId,
    conversationId,
    transactionId: receipt ?? emptyReceiptOf(facts.endedAtMs),
    resultCode,
    resultDesc:
      script.resultDesc ?? (isTrueCode ? facts.resultDesc : wordsOf(resultCode, "callback")),
  };
  return { said, receipt };
}
