import { assert } from "@/lib/kit/assert";
import type { AskOutcome } from "../gateway";
import type { OperatorAccount, ReversalProvider } from "../reverses";
import { dial } from "./dial";
import {
  addressesOf,
  readOrderAnswer,
  secretsOf,
  shownAddressesOf,
  type Addresses,
} from "./operator-call";
import { readReceiptNumber } from "./receipt-number";
import { unanswered } from "./unknown-outcome";

/** The kind of number that a shortcode is, of those an organisation may be named by. */
const SHORTCODE_KIND = "4";

type Access = { account: OperatorAccount; accessToken: string };
type AskInput = Parameters<ReversalProvider["askTransaction"]>[1];

/**
 * Asks about one transaction (docs/providers/daraja.md, "Status look-up"), whoever paid whom. The answer
 * comes by itself.
 */
export async function askTransaction(access: Access, input: AskInput): Promise<AskOutcome> {
  const names = "receipt" in input ? nameOfReceipt(input.receipt) : namesOfConversation(input);
  return askAbout(access, { ...names, Remarks: "Transaction status" }, input);
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

/** What an order is called. The provider's pages and a live integration differ: each reads its own. */
export function namesOfOrder(id: string) {
  return { OriginatorConversationID: id, OriginalConversationID: id, TransactionID: "" };
}

/** Asks about whatever is named so, in one of the ways there are. The answer comes by itself. */
export async function askAbout(
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
  const said = readOrderAnswer(dialled);
  return said.kind === "yes" ? { kind: "accepted", exchange: dialled.exchange } : said;
}
