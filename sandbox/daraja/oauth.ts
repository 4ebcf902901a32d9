import type { Reply } from "@/sandbox/exchange";
import type { World } from "@/sandbox/world";
import type { DarajaCall } from "./daraja-call";
import { jsonReply, refuse } from "./gateway";

/** `GET /oauth/v1/generate?grant_type=client_credentials`: a token for the app's key and secret. */
export function generateToken(call: DarajaCall, world: World): Reply {
  if (call.method !== "GET") return refuse(world, 405, "405.001", "Method Not Allowed");
  const { oauthRefusalStatus, expiresInForm } = world.settings.current;
  if (!isOwnApp(call, world)) {
    return refuse(world, oauthRefusalStatus, "400.008.01", "Invalid Authentication passed");
  }
  if (call.query.get("grant_type") !== "client_credentials") {
    return refuse(world, 400, "400.008.02", "Invalid grant type passed");
  }
  const { token, lifetimeSeconds } = world.tokens.issue();
  return jsonReply(200, {
    access_token: token,
    expires_in: expiresInForm === "string" ? String(lifetimeSeconds) : lifetimeSeconds,
  });
}

function isOwnApp(call: DarajaCall, world: World): boolean {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(call.headers.get("authorization") ?? "");
  const [key = "", ...rest] = Buffer.from(match?.[1] ?? "", "base64")
    .toString("utf8")
    .split(":");
  return world.darajaAccounts.isApp(key, rest.join(":"));
}
