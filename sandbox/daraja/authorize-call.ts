import type { Reply } from "@/sandbox/exchange";
import type { World } from "@/sandbox/world";
import { fieldOf, type DarajaCall } from "./daraja-call";
import { refuse } from "./gateway";
import type { DarajaAccount } from "./accounts";

type TokenRefusal = readonly [status: number, errorCode: string, errorMessage: string];

// HTTP 404, although nothing is missing but the right token: the provider does that.
const STK_TOKEN_REFUSAL: TokenRefusal = [404, "404.001.03", "Invalid Access Token"];

/**
 * What the gateway checks of every call before it looks at the fields; undefined lets it through.
 * Every product has its own words for a token that is no good.
 */
export function refuseCall(
  call: DarajaCall,
  world: World,
  tokenRefusal: TokenRefusal = STK_TOKEN_REFUSAL,
  methods: readonly string[] = ["POST"],
): Reply | undefined {
  if (!methods.includes(call.method)) return refuse(world, 405, "405.001", "Method Not Allowed");
  const match = /^Bearer (\S+)$/i.exec(call.headers.get("authorization") ?? "");
  if (!match) return refuse(world, 404, "404.001.04", "Invalid Authentication Header");
  if (!world.tokens.isGood(match[1] ?? "")) return refuse(world, ...tokenRefusal);
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
