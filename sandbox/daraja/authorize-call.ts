import type { Reply } from "@/sandbox/exchange";
import type { World } from "@/sandbox/world";
import { fieldOf, type DarajaCall } from "./daraja-call";
import { refuse } from "./gateway";
import type { DarajaAccount } from "./accounts";

/** What the gateway checks of every call before it looks at the fields; undefined lets it through. */
export function refuseCall(call: DarajaCall, world: World): Reply | undefined {
  if (call.method !== "POST") return refuse(world, 405, "405.001", "Method Not Allowed");
  const match = /^Bearer (\S+)$/i.exec(call.headers.get("authorization") ?? "");
  if (!match) return refuse(world, 404, "404.001.04", "Invalid Authentication Header");
  // HTTP 404, although nothing is missing but the right token: the provider does that.
  if (!world.tokens.isGood(match[1] ?? "")) {
    return refuse(world, 404, "404.001.03", "Invalid Access Token");
  }
  return call.bodyIsReadable
    ? undefined
    : refuse(world, 400, "400.002.05", "Invalid Request Payload");
}

/**
 * The account a call speaks for. The Password must be made of its shortcode, its passkey and the
 * very Timestamp that was sent; how old that is nobody checks.
 */
export function authorizeMerchant(
  call: DarajaCall,
  world: World,
  wrongCredentials: string,
): { account: DarajaAccount } | { refused: Reply } {
  const shortcode = fieldOf(call, "BusinessShortCode") ?? "";
  const account = world.darajaAccounts.byShortcode(shortcode);
  if (!account) {
    return { refused: refuse(world, 500, "500.001.1001", "Merchant does not exist") };
  }
  const sent = Buffer.from(fieldOf(call, "Password") ?? "", "base64").toString("utf8");
  const expected = shortcode + account.passkey + (fieldOf(call, "Timestamp") ?? "");
  return sent === expected
    ? { account }
    : { refused: refuse(world, 500, "500.001.1001", wrongCredentials) };
}
