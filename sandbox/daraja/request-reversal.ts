import type { World } from "@/sandbox/world";
import { refuseCall } from "./authorize-call";
import { fieldOf, findBadField, type DarajaCall, type DarajaReply } from "./daraja-call";
import { refuseField } from "./gateway";
import { acknowledge, findLongField, isAnything, isRemarks, isUrlFor } from "./initiator-fields";
import { isShortcode } from "./read-push";

/**
 * `POST /mpesa/reversal/v1/request`: a customer's payment goes back, whole and once. The answer is
 * a mere promise; how it ended goes to ResultURL.
 */
export async function requestReversal(call: DarajaCall, world: World): Promise<DarajaReply> {
  const token = /\S+$/.exec(call.headers.get("authorization") ?? "")?.[0] ?? "";
  const refused = refuseCall(call, world, [
    401,
    "401.002.01",
    `Error Occurred - Invalid Access Token - ${token}`,
  ]);
  if (refused) return refused;
  const badField = findBadReversalField(call, world);
  if (badField !== undefined) return refuseField(world, badField);
  const field = (name: string): string => fieldOf(call, name) ?? "";
  const reversal = await world.reversals.start({
    originalReceipt: field("TransactionID"),
    amountCents: BigInt(field("Amount")) * 100n,
    shortcode: field("ReceiverParty"),
    initiator: field("Initiator"),
    securityCredential: field("SecurityCredential"),
    remarks: field("Remarks"),
    occasion: field("Occasion"),
    resultUrl: field("ResultURL"),
    timeoutUrl: field("QueueTimeOutURL"),
  });
  return acknowledge(reversal);
}

function findBadReversalField(call: DarajaCall, world: World): string | undefined {
  const isUrl = isUrlFor(world);
  const bad = findBadField(call, [
    ["Initiator", isAnything],
    ["SecurityCredential", isAnything],
    ["CommandID", (text) => text === "TransactionReversal"],
    ["TransactionID", isAnything],
    ["Amount", (text) => /^[1-9]\d{0,8}$/.test(text)],
    ["ReceiverParty", isShortcode],
    // Spelt so by the provider; the right spelling is a missing field.
    ["RecieverIdentifierType", (text) => text === "11"],
    ["ResultURL", isUrl],
    ["QueueTimeOutURL", isUrl],
    ["Remarks", isRemarks],
  ]);
  return bad ?? findLongField(call, ["Occasion"]);
}
