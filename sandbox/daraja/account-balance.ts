import type { World } from "@/sandbox/world";
import { toTwoDecimals } from "@/sandbox/kit/money";
import { refuseCall } from "./authorize-call";
import type { ResultFacts } from "./build-result";
import { conversationIdOf, emptyReceiptOf } from "./conversation-id";
import { fieldOf, findBadField, type DarajaCall, type DarajaReply } from "./daraja-call";
import { refuseField } from "./gateway";
import { acknowledge, isAnything, isRemarks, isUrlFor } from "./initiator-fields";
import { shapeOf, spellTime } from "./build-result";
import { isShortcode } from "./read-push";
import { wordsOf } from "./result-codes";

type BalanceQuestion = {
  originatorConversationId: string;
  conversationId: string;
  shortcode: string;
  resultCode: string;
  resultUrl: string;
  timeoutUrl: string;
};

/** `POST /mpesa/accountbalance/v1/query`: what an organisation has; the answer goes to ResultURL. */
export function accountBalance(call: DarajaCall, world: World): DarajaReply {
  const token = /\S+$/.exec(call.headers.get("authorization") ?? "")?.[0] ?? "";
  const refused = refuseCall(call, world, [
    401,
    "401.002.01",
    `Error Occurred - Invalid Access Token - ${token}`,
  ]);
  if (refused) return refused;
  const isUrl = isUrlFor(world);
  const badField = findBadField(call, [
    ["Initiator", isAnything],
    ["SecurityCredential", isAnything],
    ["CommandID", (text) => text === "AccountBalance"],
    ["PartyA", isShortcode],
    ["IdentifierType", (text) => text === "4"],
    ["Remarks", isRemarks],
    ["QueueTimeOutURL", isUrl],
    ["ResultURL", isUrl],
  ]);
  if (badField !== undefined) return refuseField(world, badField);
  const question = readQuestion(call, world);
  const { callbackDelivery, queryResultDelayMs } = world.settings.current;
  if (callbackDelivery === "explicit") answer(question, world);
  else world.clock.schedule(queryResultDelayMs, () => answer(question, world));
  return acknowledge(question);
}

function readQuestion(call: DarajaCall, world: World): BalanceQuestion {
  const field = (name: string): string => fieldOf(call, name) ?? "";
  const refusal = world.operators.refusalOf({
    shortcode: field("PartyA"),
    initiator: field("Initiator"),
    securityCredential: field("SecurityCredential"),
  });
  return {
    originatorConversationId: world.ids.conversation(),
    conversationId: conversationIdOf(world.ids, world.clock.nowMs()),
    shortcode: field("PartyA"),
    resultCode: refusal ?? "0",
    resultUrl: field("ResultURL"),
    timeoutUrl: field("QueueTimeOutURL"),
  };
}

function answer(question: BalanceQuestion, world: World): void {
  world.results.send({
    about: "balance",
    resultUrl: question.resultUrl,
    timeoutUrl: question.timeoutUrl,
    subject: { originatorConversationId: question.originatorConversationId, msisdn: null },
    script: {},
    factsFor: (script) => {
      const nowMs = world.clock.nowMs();
      const resultCode = script.resultCode ?? question.resultCode;
      const shape = shapeOf(script, world.settings.current);
      const completed = { key: "BOCompletedTime", value: spellTime(nowMs, shape) };
      const balance = { key: "AccountBalance", value: balanceOf(question.shortcode, world) };
      const facts: ResultFacts = {
        originatorConversationId: question.originatorConversationId,
        conversationId: question.conversationId,
        transactionId: emptyReceiptOf(nowMs),
        resultCode,
        resultDesc: script.resultDesc ?? wordsOf(resultCode, "callback"),
        parameters: resultCode === "0" ? [balance, completed] : [completed],
        essentialKey: "AccountBalance",
        reference: { key: "QueueTimeoutURL", value: question.timeoutUrl },
        // A balance has its codes as text, and a failed one its only entry without an array.
        usual: { codes: "string", parameters: resultCode === "0" ? "array" : "object" },
      };
      return facts;
    },
  });
}

/** `Working Account|KES|700000.00|700000.00|0.00|0.00&…`: current, available, reserved, uncleared. */
function balanceOf(shortcode: string, world: World): string {
  // What customers pay and what is paid out are booked apart here; there, both are Utility.
  const accounts = {
    "Working Account": ["working"],
    "Utility Account": ["utility", "shortcode"],
    "Charges Paid Account": ["charges"],
  };
  const centsOf = (account: string): bigint =>
    world.mpesaBooks.balanceOf(`${account}:${shortcode}`).balanceCents;
  return Object.entries(accounts)
    .map(([name, parts]) => {
      const amount = toTwoDecimals(parts.reduce((sum, part) => sum + centsOf(part), 0n));
      return `${name}|KES|${amount}|${amount}|0.00|0.00`;
    })
    .join("&");
}
