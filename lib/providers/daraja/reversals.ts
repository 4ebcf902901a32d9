import { assert } from "@/lib/kit/assert";
import { wholeShillings } from "@/lib/kit/money";
import type { ReversalProvider, ReverseOutcome } from "../reverses";
import { dial } from "./dial";
import {
  addressesOf,
  readOrderAnswer,
  remarksOf,
  secretsOf,
  shownAddressesOf,
} from "./operator-call";
import { readReceiptNumber } from "./receipt-number";
import { unanswered } from "./unknown-outcome";

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
  // Anything less than a whole yes may be on its way back.
  const said = readOrderAnswer(dialled);
  if (said.kind !== "yes") return said;
  const { ConversationID: conversationId, ...answer } = said.answer;
  const originatorConversationId =
    answer.OriginatorConversationID ?? answer.OriginatorCoversationID;
  return { kind: "accepted", conversationId, originatorConversationId, exchange: dialled.exchange };
}
