import type { World } from "@/sandbox/world";
import { refuseCall } from "./authorize-call";
import { fieldOf, findBadField, type DarajaCall, type DarajaReply } from "./daraja-call";
import { refuseField } from "./gateway";
import { acknowledge, findLongField, isAnything, isRemarks, isUrlFor } from "./initiator-fields";
import { isShortcode } from "./read-push";

/**
 * `POST /mpesa/transactionstatus/v1/query`: how a payout, a reversal or a customer's payment
 * stands, by its receipt or (but for payments) by either of its conversation ids. The answer is a mere promise; what is known goes to ResultURL.
 */
export function transactionStatus(call: DarajaCall, world: World): DarajaReply {
  const refused = refuseCall(call, world, [400, "400.003.01", "Invalid Access Token"]);
  if (refused) return refused;
  const badField = findBadStatusField(call, world);
  if (badField !== undefined) return refuseField(world, badField);
  const field = (name: string): string | undefined => fieldOf(call, name);
  const question = world.statusDesk.ask({
    shortcode: field("PartyA") ?? "",
    initiator: field("Initiator") ?? "",
    securityCredential: field("SecurityCredential") ?? "",
    receipt: transactionIdOf(call),
    conversation: conversationOf(call),
    occasion: field("Occasion") ?? "",
    resultUrl: field("ResultURL") ?? "",
    timeoutUrl: field("QueueTimeOutURL") ?? "",
  });
  return acknowledge(question);
}

function findBadStatusField(call: DarajaCall, world: World): string | undefined {
  const isUrl = isUrlFor(world);
  // The portal's sample has a space in these two keys, its table has none.
  const command = fieldOf(call, "CommandID") ?? fieldOf(call, "Command ID");
  const bad = findBadField(call, [
    ["Initiator", isAnything],
    ["SecurityCredential", isAnything],
  ]);
  if (bad) return bad;
  if (command !== "TransactionStatusQuery") return "CommandID";
  if (transactionIdOf(call) === undefined && conversationOf(call) === undefined) {
    return "TransactionID";
  }
  const later = findBadField(call, [
    ["PartyA", isShortcode],
    ["IdentifierType", (text) => /^[124]$/.test(text)],
    ["ResultURL", isUrl],
    ["QueueTimeOutURL", isUrl],
    ["Remarks", isRemarks],
  ]);
  return later ?? findLongField(call, ["Occasion"]);
}

function transactionIdOf(call: DarajaCall): string | undefined {
  return fieldOf(call, "TransactionID") ?? fieldOf(call, "Transaction ID");
}

function conversationOf(call: DarajaCall): string | undefined {
  return fieldOf(call, "OriginatorConversationID") ?? fieldOf(call, "OriginalConversationID");
}
