import { assert } from "@/lib/kit/assert";
import { wholeShillings } from "@/lib/kit/money";
import { maskPhone } from "@/lib/kit/phone";
import type { AskOutcome } from "../gateway";
import type { PayOutOutcome, PayoutProvider } from "../pays-out";
import { dial } from "./dial";
import { isDuplicatePayout, shopRefusalOf } from "./gateway-errors";
import { addressesOf, isSuccess, remarksOf, secretsOf, shownAddressesOf } from "./operator-call";
import { OperatorAnswer } from "./schemas";
import { askAbout, namesOfOrder } from "./status-queries";
import { unanswered, unclear } from "./unknown-outcome";

const COMMANDS = ["BusinessPayment", "SalaryPayment", "PromotionPayment"];

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
    OriginatorConversationID: referenceOf(input.reference),
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
  const answer = OperatorAnswer.parse(dialled.json);
  const isYes = answer.ResponseCode === "0";
  if (!isYes && isDuplicatePayout(dialled)) return { kind: "duplicate", exchange };
  const refused = isYes ? null : shopRefusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange };
  // Anything less than a whole yes may be on its way to the phone.
  if (!isYes || !isSuccess(dialled.httpStatus) || answer.errorCode) return unclear(dialled);
  return { kind: "accepted", conversationId: answer.ConversationID, exchange };
}

/** Asks what became of a payout, by the reference it was ordered with. The answer comes by itself. */
export async function askPayout(access: Access, input: AskInput): Promise<AskOutcome> {
  const names = namesOfOrder(referenceOf(input.reference));
  return askAbout(access, { ...names, Remarks: "Payout status" }, input);
}

function referenceOf(reference: string): string {
  assert(/^[\w-]{1,64}$/.test(reference), "a payout's reference has 1 to 64 letters and digits");
  return reference;
}
