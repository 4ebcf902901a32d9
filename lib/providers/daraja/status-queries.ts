import { assert } from "@/lib/kit/assert";
import type { AskOutcome, OperatorAccount, PayoutProvider, ReversalProvider } from "../provider";
import { dial } from "./dial";
import { shopRefusalOf } from "./gateway-errors";
import {
  addressesOf,
  isSuccess,
  referenceOf,
  secretsOf,
  shownAddressesOf,
  type Addresses,
} from "./operator-call";
import { readReceiptNumber } from "./receipt-number";
import { OperatorAnswer } from "./schemas";
import { unanswered, unclear } from "./unknown-outcome";

/** The kind of number that a shortcode is, of those an organisation may be named by. */
const SHORTCODE_KIND = "4";

type Access = { account: OperatorAccount; accessToken: string };
type AskPayoutInput = Parameters<PayoutProvider["askPayout"]>[1];
type AskTransactionInput = Parameters<ReversalProvider["askTransaction"]>[1];

/** Asks what became of a payout, by the reference it was ordered with. The answer comes by itself. */
export async function askPayout(access: Access, input: AskPayoutInput): Promise<AskOutcome> {
  const names = namesOfOrder(referenceOf(input.reference));
  return ask(access, { ...names, Remarks: "Payout status" }, input);
}

/**
 * Asks about one transaction (docs/providers/daraja.md, "Status look-up"), whoever paid whom. The answer
 * comes by itself.
 */
export async function askTransaction(
  access: Access,
  input: AskTransactionInput,
): Promise<AskOutcome> {
  const names = "receipt" in input ? nameOfReceipt(input.receipt) : namesOfConversation(input);
  return ask(access, { ...names, Remarks: "Transaction status" }, input);
}

function nameOfReceipt(receipt: string) {
  assert(readReceiptNumber(receipt) === receipt, "a transaction is asked about by its receipt");
  return { TransactionID: receipt };
}

function namesOfConversation({
  originatorConversationId: id,
}: {
  originatorConversationId: string;
}) {
  assert(/^[\x21-\x7e]{1,128}$/.test(id), "a transaction is asked about by its conversation");
  return namesOfOrder(id);
}

/** The provider's pages and a live integration name this key differently: each reads its own. */
function namesOfOrder(id: string) {
  return { OriginatorConversationID: id, OriginalConversationID: id, TransactionID: "" };
}

async function ask(
  access: Access,
  named: Readonly<Record<string, string>>,
  addresses: Addresses,
): Promise<AskOutcome> {
  const { account, accessToken } = access;
  const request = {
    Initiator: account.initiatorName,
    CommandID: "TransactionStatusQuery",
    ...named,
    PartyA: account.shortcode,
    IdentifierType: SHORTCODE_KIND,
  };
  const dialled = await dial({
    operation: "tx_status",
    method: "POST",
    path: "/mpesa/transactionstatus/v1/query",
    authorization: `Bearer ${accessToken}`,
    body: {
      ...request,
      SecurityCredential: account.securityCredential,
      ...addressesOf(addresses),
    },
    shown: { ...request, ...shownAddressesOf(addresses) },
    secrets: secretsOf(access, addresses),
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const { exchange } = dialled;
  const answer = OperatorAnswer.parse(dialled.json);
  const isYes = answer.ResponseCode === "0";
  const refused = isYes ? null : shopRefusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange };
  if (!isYes || !isSuccess(dialled.httpStatus) || answer.errorCode) return unclear(dialled);
  return { kind: "accepted", exchange };
}
