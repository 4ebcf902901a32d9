import type { World } from "@/sandbox/world";
import { refuseCall } from "./authorize-call";
import type { C2bVersion, ResponseType } from "./collection-urls";
import {
  fieldOf,
  findBadField,
  type DarajaCall,
  type DarajaEndpoint,
  type DarajaReply,
} from "./daraja-call";
import { jsonReply, refuse, refuseField, SERVICE_CALLOUT_FAULT } from "./gateway";
import { isUrlFor } from "./initiator-fields";
import { isShortcode } from "./read-push";

/** `POST /mpesa/c2b/v1/registerurl`: the payer's number comes hashed. */
export const c2bRegisterV1: DarajaEndpoint = (call, world) => register(call, world, "v1");

/** `POST /mpesa/c2b/v2/registerurl`: the payer's number comes masked. */
export const c2bRegisterV2: DarajaEndpoint = (call, world) => register(call, world, "v2");

/** What the gateway checks of both versions; undefined lets the call through. */
export function refuseC2b(
  call: DarajaCall,
  world: World,
  version: C2bVersion,
): DarajaReply | undefined {
  const refused = refuseCall(call, world, [400, "400.003.01", "Invalid Access Token"]);
  if (refused) return refused;
  const { c2bProduct } = world.settings.current;
  if (c2bProduct === "both" || c2bProduct === version) return undefined;
  const words =
    "Error Occurred - Invalid Access Token - Invalid API call as no apiproduct match found";
  return refuse(world, 401, "401.003.01", words);
}

function register(call: DarajaCall, world: World, version: C2bVersion): DarajaReply {
  const refused = refuseC2b(call, world, version);
  if (refused) return refused;
  const isUrl = isUrlFor(world);
  const badField = findBadField(call, [
    ["ShortCode", isShortcode],
    ["ResponseType", (text) => responseTypeOf(text) !== undefined],
    ["ConfirmationURL", isUrl],
    ["ValidationURL", isUrl],
  ]);
  if (badField !== undefined) return refuseField(world, badField);
  const shortcode = fieldOf(call, "ShortCode") ?? "";
  if (!world.darajaAccounts.byShortcode(shortcode)) return jsonReply(500, SERVICE_CALLOUT_FAULT);
  const { c2bRegisterMode } = world.settings.current;
  if (c2bRegisterMode === "live" && world.collectionUrls.find(shortcode)) {
    return refuse(world, 500, "500.003.1001", duplicateWords(world, shortcode));
  }
  world.collectionUrls.register({
    shortcode,
    version,
    responseType: responseTypeOf(fieldOf(call, "ResponseType") ?? "") ?? "Completed",
    confirmationUrl: fieldOf(call, "ConfirmationURL") ?? "",
    validationUrl: fieldOf(call, "ValidationURL") ?? "",
    registeredAtMs: world.clock.nowMs(),
  });
  return registered(world);
}

function registered(world: World): DarajaReply {
  if (world.settings.current.c2bRegisterAnswer === "description_only") {
    return jsonReply(200, { ResponseDescription: "Success" });
  }
  return jsonReply(200, {
    // Spelt so by the provider.
    OriginatorCoversationID: world.ids.conversation(),
    ResponseCode: "0",
    ResponseDescription: "Success",
  });
}

function responseTypeOf(text: string): ResponseType | undefined {
  return text === "Completed" || text === "Cancelled" ? text : undefined;
}

function duplicateWords(world: World, shortcode: string): string {
  return world.settings.current.c2bDuplicateText === "registered"
    ? "Urls are already registered."
    : `Duplicate notification info, SP ID is 107078, correlator is ${shortcode}`;
}
