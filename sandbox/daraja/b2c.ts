import type { World } from "@/sandbox/world";
import { refuseCall } from "./authorize-call";
import {
  fieldOf,
  findBadField,
  type DarajaCall,
  type DarajaEndpoint,
  type DarajaReply,
} from "./daraja-call";
import { refuse, refuseField } from "./gateway";
import { acknowledge, findLongField, isAnything, isRemarks, isUrlFor } from "./initiator-fields";
import type { PayoutOrder, PayoutVersion } from "./payout";
import { payoutMagicOf } from "./payout-magic";
import { isShortcode } from "./read-push";

const AMOUNT_MIN = 10;
const AMOUNT_MAX = 250_000;
const COMMANDS = /^(?:SalaryPayment|BusinessPayment|PromotionPayment)$/;

/** `POST /mpesa/b2c/v1/paymentrequest`: pays a phone. The same body twice is two payouts. */
export const b2cV1: DarajaEndpoint = (call, world) => payOut(call, world, "v1");

/** `POST /mpesa/b2c/v3/paymentrequest`: pays a phone, once for each OriginatorConversationID. */
export const b2cV3: DarajaEndpoint = (call, world) => payOut(call, world, "v3");

async function payOut(
  call: DarajaCall,
  world: World,
  version: PayoutVersion,
): Promise<DarajaReply> {
  const token = /\S+$/.exec(call.headers.get("authorization") ?? "")?.[0] ?? "";
  const refused = refuseCall(call, world, [
    401,
    "401.002.01",
    `Error Occurred - Invalid Access Token - ${token}`,
  ]);
  if (refused) return refused;
  if (version === "v3" && !world.settings.current.v3Product) {
    const words = "You are not authorized to initiate this transaction";
    return refuse(world, 403, "403.002.1001", words);
  }
  const badField = findBadPayoutField(call, world, version);
  if (badField !== undefined) return refuseField(world, badField);
  const order = readOrder(call, version);
  if (world.payouts.find(order.originatorConversationId ?? "")) {
    return refuse(world, 500, "500.002.1001", "Duplicate OriginatorConversationID.");
  }
  const magic = payoutMagicOf(order);
  if (magic.isRefused) return refuse(world, 500, "500.002.1001", "System internal error.");
  const payout = await world.payouts.start(order);
  return { ...acknowledge(payout), faults: magic.afterAnswer };
}

function findBadPayoutField(
  call: DarajaCall,
  world: World,
  version: PayoutVersion,
): string | undefined {
  const isUrl = isUrlFor(world);
  const own = [["OriginatorConversationID", (text: string) => text.length <= 100]] as const;
  const bad = findBadField(call, [
    ...(version === "v3" ? own : []),
    ["InitiatorName", isAnything],
    ["SecurityCredential", isAnything],
    ["CommandID", (text) => COMMANDS.test(text)],
    ["Amount", isAmount],
    ["PartyA", isShortcode],
    ["PartyB", (text) => /^254[17]\d{8}$/.test(text)],
    ["Remarks", isRemarks],
    ["QueueTimeOutURL", isUrl],
    ["ResultURL", isUrl],
  ]);
  return bad ?? findLongField(call, ["Occassion", "Occasion"]);
}

function isAmount(text: string): boolean {
  return /^\d{1,6}$/.test(text) && Number(text) >= AMOUNT_MIN && Number(text) <= AMOUNT_MAX;
}

function readOrder(call: DarajaCall, version: PayoutVersion): PayoutOrder {
  const field = (name: string): string => fieldOf(call, name) ?? "";
  return {
    version,
    originatorConversationId: version === "v3" ? field("OriginatorConversationID") : undefined,
    shortcode: field("PartyA"),
    initiator: field("InitiatorName"),
    securityCredential: field("SecurityCredential"),
    msisdn: field("PartyB"),
    amountCents: BigInt(field("Amount")) * 100n,
    commandId: field("CommandID"),
    remarks: field("Remarks"),
    // The portal spells it with two s here and with one elsewhere; both arrive.
    occasion: field("Occassion") || field("Occasion"),
    resultUrl: field("ResultURL"),
    timeoutUrl: field("QueueTimeOutURL"),
  };
}
