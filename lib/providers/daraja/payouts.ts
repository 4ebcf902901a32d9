import { assert } from "@/lib/kit/assert";
import { wholeShillings } from "@/lib/kit/money";
import { maskPhone } from "@/lib/kit/phone";
import type { AskOutcome, PayOutOutcome, PayoutProvider } from "../provider";
import { secretsOfCallbackUrl, shownCallbackUrl } from "./case-file";
import { dial } from "./dial";
import { isDuplicatePayout, payoutRefusalOf } from "./gateway-errors";
import { PayoutAnswer } from "./schemas";
import { unanswered, unclear } from "./unknown-outcome";

const COMMANDS = ["BusinessPayment", "SalaryPayment", "PromotionPayment"];
/** The kind of number that a shortcode is, of those an organisation may be named by. */
const SHORTCODE_KIND = "4";

type Access = Parameters<PayoutProvider["payOut"]>[0];
type PayOutInput = Parameters<PayoutProvider["payOut"]>[1];
type AskInput = Parameters<PayoutProvider["askPayout"]>[1];

/** Orders money for a phone (docs/providers/daraja.md, "Payout"). The order is made once. */
export async function payOut(access: Access, input: PayOutInput): Promise<PayOutOutcome> {
  const { account, accessToken } = access;
  assert(/^\+254[17]\d{8}$/.test(input.phone), "only a Kenyan mobile number can be paid");
  const shillings = wholeShillings(input.amountCents);
  assert(shillings > 0n, "a payout sends money");
  assert(COMMANDS.includes(account.commandId), "a payout is of one of three kinds");
  const request = {
    OriginatorConversationID: referenceOf(input),
    InitiatorName: account.initiatorName,
    CommandID: account.commandId,
    PartyA: account.shortcode,
    Remarks: remarksOf(input.remarks),
  };
  const dialled = await dial({
    operation: "b2c",
    method: "POST",
    path: "/mpesa/b2c/v3/paymentrequest",
    authorization: `Bearer ${accessToken}`,
    body: {
      ...request,
      SecurityCredential: account.securityCredential,
      Amount: Number(shillings),
      PartyB: Number(input.phone.slice(1)),
      ...addressesOf(input),
    },
    shown: {
      ...request,
      Amount: String(shillings),
      PartyB: maskPhone(input.phone),
      ...shownAddressesOf(input),
    },
    secrets: [...secretsOf(access, input), input.phone.slice("+254".length)],
  });
  if (dialled.kind === "unreached") return dialled;
  if (dialled.kind === "unknown") return unanswered(dialled);
  const { exchange } = dialled;
  const answer = PayoutAnswer.parse(dialled.json);
  const isYes = answer.ResponseCode === "0";
  if (!isYes && isDuplicatePayout(dialled)) return { kind: "duplicate", exchange };
  const refused = isYes ? null : payoutRefusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange };
  // Anything less than a whole yes may be on its way to the phone.
  if (!isYes || !isSuccess(dialled.httpStatus) || answer.errorCode) return unclear(dialled);
  return { kind: "accepted", conversationId: answer.ConversationID, exchange };
}

/** Asks what became of a payout, by the reference it was ordered with. The answer comes by itself. */
export async function askPayout(access: Access, input: AskInput): Promise<AskOutcome> {
  const { account, accessToken } = access;
  const reference = referenceOf(input);
  const request = {
    Initiator: account.initiatorName,
    CommandID: "TransactionStatusQuery",
    // The provider's pages and a live integration name this key differently: each reads its own.
    OriginatorConversationID: reference,
    OriginalConversationID: reference,
    TransactionID: "",
    PartyA: account.shortcode,
    IdentifierType: SHORTCODE_KIND,
    Remarks: "Payout status",
  };
  const dialled = await dial({
    operation: "tx_status",
    method: "POST",
    path: "/mpesa/transactionstatus/v1/query",
    authorization: `Bearer ${accessToken}`,
    body: {
      ...request,
      SecurityCredential: account.securityCredential,
      ...addressesOf(input),
    },
    shown: { ...request, ...shownAddressesOf(input) },
    secrets: secretsOf(access, input),
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const { exchange } = dialled;
  const answer = PayoutAnswer.parse(dialled.json);
  const isYes = answer.ResponseCode === "0";
  const refused = isYes ? null : payoutRefusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange };
  if (!isYes || !isSuccess(dialled.httpStatus) || answer.errorCode) return unclear(dialled);
  return { kind: "accepted", exchange };
}

function isSuccess(httpStatus: number): boolean {
  return httpStatus >= 200 && httpStatus < 300;
}

function referenceOf({ reference }: { reference: string }): string {
  assert(/^[\w-]{1,64}$/.test(reference), "a payout's reference has 1 to 64 letters and digits");
  return reference;
}

/** Letters, digits and single spaces alone: other characters make calls fail without a word. */
function remarksOf(text: string): string {
  const plain = text
    .replace(/[^0-9A-Za-z ]/g, "")
    .replace(/ +/g, " ")
    .trim();
  assert(plain.length >= 2 && plain.length <= 100, "remarks have 2 to 100 letters and digits");
  return plain;
}

interface Addresses {
  readonly resultUrl: string;
  readonly timeoutUrl: string;
}

function addressesOf({ resultUrl, timeoutUrl }: Addresses) {
  return { QueueTimeOutURL: timeoutUrl, ResultURL: resultUrl };
}

function shownAddressesOf({ resultUrl, timeoutUrl }: Addresses) {
  return {
    QueueTimeOutURL: shownCallbackUrl(timeoutUrl),
    ResultURL: shownCallbackUrl(resultUrl),
  };
}

function secretsOf({ account, accessToken }: Access, { resultUrl, timeoutUrl }: Addresses) {
  return [
    accessToken,
    account.securityCredential,
    ...secretsOfCallbackUrl(resultUrl),
    ...secretsOfCallbackUrl(timeoutUrl),
  ];
}
