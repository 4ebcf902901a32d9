import type { World } from "@/sandbox/world";
import { textOf, type ApiAnswer, type ApiCall } from "./api-call";
import type { Merchant } from "./merchants";
import { refusal } from "./refusal";

/**
 * Finds the merchant a call speaks for, by headers, or by `api_key` and `api_secret` in the body
 * where the endpoint allows it. Otherwise returns the 401 the provider documents.
 */
export function authenticate(
  call: ApiCall,
  world: World,
  options: { allowBody: boolean },
): { merchant: Merchant } | { refused: ApiAnswer } {
  const { allowedCallerIps } = world.settings.current;
  if (allowedCallerIps.length > 0 && !allowedCallerIps.includes(withoutIpv6Prefix(call.callerIp))) {
    return { refused: refusal(world, 403, "IP address not allowed") };
  }
  const fromBody = options.allowBody ? call.body : {};
  const apiKey = call.headers.get("x-api-key") ?? textOf(fromBody.api_key) ?? "";
  const apiSecret = call.headers.get("x-api-secret") ?? textOf(fromBody.api_secret) ?? "";
  if (apiKey === "" || apiSecret === "") {
    return { refused: refusal(world, 401, "API credentials required") };
  }
  const merchant = world.merchants.byCredentials(apiKey, apiSecret);
  return merchant ? { merchant } : { refused: refusal(world, 401, "Invalid merchant") };
}

function withoutIpv6Prefix(address: string): string {
  return address.replace(/^::ffff:/, "");
}
