import type { World } from "@/sandbox/world";
import type { DarajaAccount } from "./accounts";
import { refuseC2b } from "./c2b-register";
import type { C2bVersion } from "./collection-urls";
import {
  fieldOf,
  findBadField,
  type DarajaCall,
  type DarajaEndpoint,
  type DarajaReply,
} from "./daraja-call";
import { jsonReply, refuse, refuseField } from "./gateway";
import { isCollectedAmount, isPhone, isShortcode } from "./read-push";

const REFERENCE_CHARACTERS_MAX = 20;

/** `POST /mpesa/c2b/v1/simulate`: a customer pays by hand, without a hand. */
export const c2bSimulateV1: DarajaEndpoint = (call, world) => simulate(call, world, "v1");

/** `POST /mpesa/c2b/v2/simulate`: a customer pays by hand, without a hand. */
export const c2bSimulateV2: DarajaEndpoint = (call, world) => simulate(call, world, "v2");

function simulate(call: DarajaCall, world: World, version: C2bVersion): DarajaReply {
  if (world.settings.current.c2bRegisterMode === "live") {
    return refuse(world, 404, "404.001.01", "Resource not found");
  }
  const refused = refuseC2b(call, world, version);
  if (refused) return refused;
  const badField = findBadField(call, [
    ["ShortCode", isShortcode],
    ["CommandID", (text) => /^Customer(?:PayBill|BuyGoods)Online$/.test(text)],
    ["Amount", isCollectedAmount],
    ["Msisdn", isPhone],
  ]);
  if (badField !== undefined) return refuseField(world, badField);
  const account = world.darajaAccounts.byShortcode(fieldOf(call, "ShortCode") ?? "");
  if (!account) return refuseField(world, "ShortCode");
  if (fieldOf(call, "CommandID") !== commandFor(account)) return refuseField(world, "CommandID");
  const reference = fieldOf(call, "BillRefNumber") ?? "";
  if (account.kind === "paybill" && !isReference(reference)) {
    return refuseField(world, "BillRefNumber");
  }
  world.collections.start({
    via: "simulate",
    account,
    msisdn: fieldOf(call, "Msisdn") ?? "",
    reference,
    amountCents: BigInt(fieldOf(call, "Amount") ?? "0") * 100n,
  });
  return jsonReply(200, {
    OriginatorCoversationID: world.ids.conversation(),
    ResponseCode: "0",
    ResponseDescription: "Accept the service request successfully.",
  });
}

/** An account number that a phone can send. */
export function isReference(text: string): boolean {
  return text.trim() !== "" && text.length <= REFERENCE_CHARACTERS_MAX;
}

function commandFor(account: DarajaAccount): string {
  return account.kind === "till" ? "CustomerBuyGoodsOnline" : "CustomerPayBillOnline";
}
