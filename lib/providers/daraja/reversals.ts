import { assert } from "@/lib/kit/assert";
import { wholeShillings } from "@/lib/kit/money";
import type { ReversalProvider, ReverseOutcome } from "../provider";
import { dial } from "./dial";
import { shopRefusalOf } from "./gateway-errors";
import { addressesOf, isSuccess, remarksOf, secretsOf, shownAddressesOf } from "./operator-call";
import { readReceiptNumber } from "./receipt-number";
import { OperatorAnswer } from "./schemas";
import { unanswered, unclear } from "./unknown-outcome";

/** The kind of number a shortcode is to whoever reverses; elsewhere it is another one. */
const REVERSING_SHORTCODE_KIND = "11";

type Access = Parameters<ReversalProvider["reverse"]>[0];
type ReverseInput = Parameters<ReversalProvider["reverse"]>[1];

/** Orders that a payment goes back (docs/providers/daraja.md, "Reversal"). The order is made once. */
export async function reverse(access: Access, input: ReverseInput): Promise<ReverseOutcome> {
  const { account, accessToken } = access;
  const shillings = wholeShillings(input.amountCents);
  assert(shillings > 0n, "a reversal sends money back");
  assert(readReceiptNumber(input.receipt) === input.receipt, "a reversal names a receipt");
  const request = {
    Initiator: account.initiatorName,
    CommandID: "TransactionReversal",
    TransactionID: input.receipt,
    ReceiverParty: account.shortcode,
    // Spelt correctly it is not found.
    RecieverIdentifierType: REVERSING_SHORTCODE_KIND,
    Remarks: remarksOf(input.remarks),
  };
  const dialled = await dial({
    operation: "reversal",
    method: "POST",
    path: "/mpesa/reversal/v1/request",
    authorization: `Bearer ${accessToken}`,
    body: {
      ...request,
      SecurityCredential: account.securityCredential,
      Amount: Number(shillings),
      ...addressesOf(input),
    },
    shown: { ...request, Amount: String(shillings), ...shownAddressesOf(input) },
    secrets: secretsOf(access, input),
  });
  if (dialled.kind === "unreached") return dialled;
  if (dialled.kind === "unknown") return unanswered(dialled);
  const { exchange } = dialled;
  const answer = OperatorAnswer.parse(dialled.json);
  const isYes = answer.ResponseCode === "0";
  const refused = isYes ? null : shopRefusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange };
  // Anything less than a whole yes may be on its way back.
  if (!isYes || !isSuccess(dialled.httpStatus) || answer.errorCode) return unclear(dialled);
  const { ConversationID: conversationId } = answer;
  const originatorConversationId =
    answer.OriginatorConversationID ?? answer.OriginatorCoversationID;
  return { kind: "accepted", conversationId, originatorConversationId, exchange };
}
