import { parseMsisdn } from "@/sandbox/kit/msisdn";
import type { World } from "@/sandbox/world";
import { refuseCall } from "./authorize-call";
import { fieldOf, findBadField, type DarajaCall, type DarajaReply } from "./daraja-call";
import { jsonReply, refuse, refuseField } from "./gateway";
import { isUrlFor } from "./initiator-fields";
import { isShortcode } from "./read-push";

/** How Pull says that a token is no good. */
export const PULL_TOKEN_REFUSAL = [401, "401.001", "Invalid Access Token"] as const;

/** `POST /pulltransactions/v1/register`: from now on the shortcode can be asked for its payments. */
export function pullRegister(call: DarajaCall, world: World): DarajaReply {
  const refused = refuseCall(call, world, PULL_TOKEN_REFUSAL);
  if (refused) return refused;
  const badField = findBadField(call, [
    ["ShortCode", isShortcode],
    ["RequestType", (text) => text === "Pull"],
    ["NominatedNumber", (text) => parseMsisdn(text) !== undefined],
    ["CallBackURL", isUrlFor(world)],
  ]);
  if (badField !== undefined) return refuseField(world, badField);
  const shortcode = fieldOf(call, "ShortCode") ?? "";
  if (!world.darajaAccounts.byShortcode(shortcode)) return refuseShortcode(world);
  const isNew = world.pullRegistrations.add({
    shortcode,
    nominatedNumber: fieldOf(call, "NominatedNumber") ?? "",
    callbackUrl: fieldOf(call, "CallBackURL") ?? "",
    registeredAtMs: world.clock.nowMs(),
  });
  const gap = world.settings.current.pullKeys === "spaced" ? " " : "";
  return jsonReply(200, {
    ResponseRefID: referenceOf(world),
    [`Response${gap}Status`]: isNew ? "1000" : "1001",
    ShortCode: shortcode,
    [`Response${gap}Description`]: isNew
      ? "Shortcode Registered Successfully"
      : "Shortcode already Registered",
  });
}

/** Nobody collects under this shortcode, or nobody has registered it. */
export function refuseShortcode(world: World): DarajaReply {
  return refuse(world, 400, "400.001", "Invalid ShortCode");
}

/** `18633-7271215-1`: what Pull calls a request. */
export function referenceOf(world: World): string {
  const digits = (): number => Math.floor(world.ids.fraction() * 90_000) + 10_000;
  return `${digits()}-${digits()}${digits()}-1`;
}
