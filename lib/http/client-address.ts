import ipaddr from "ipaddr.js";
import { env } from "@/lib/env";
import { REMOTE_HEADER } from "./request-headers";

export const UNKNOWN_ADDRESS = "unknown";

/**
 * The address a request comes from. With `TRUSTED_PROXY_HOPS=n` it is the entry that the n-th proxy
 * in front of us wrote: counted from the end, because everything before it can be made up by the
 * sender. `socketAddress` is the other end of our own connection; where a Route Handler cannot see
 * it, our server has left it in a header. IPv4 inside IPv6 comes out as IPv4. `unknown` when no
 * address can be read.
 */
export function clientAddress(headers: Headers, socketAddress: string | null): string {
  const nearest = socketAddress ?? headers.get(REMOTE_HEADER) ?? "";
  const hops = env().trustedProxyHops;
  if (hops === 0) return normalised(nearest) ?? UNKNOWN_ADDRESS;
  const forwarded = (headers.get("x-forwarded-for") ?? "").split(",").filter((item) => item.trim());
  const chain = [...forwarded, nearest];
  const sender = chain[Math.max(0, chain.length - 1 - hops)] ?? "";
  return normalised(sender) ?? UNKNOWN_ADDRESS;
}

/** What tries from an address are counted under: an IPv6 customer holds a whole /64, so it counts as one. */
export function addressForLimits(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`);
  return `${network.toNormalizedString()}/64`;
}

function normalised(text: string): string | null {
  const bare = withoutPort(text.trim());
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : null;
}

/** Some proxies write `1.2.3.4:5678` or `[2001:db8::1]:5678`. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed?.[1]) return bracketed[1];
  const v4 = /^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/.exec(text);
  return v4?.[1] ?? text;
}
