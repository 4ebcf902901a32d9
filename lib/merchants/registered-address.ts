import type { ProviderAccount } from "@/lib/generated/prisma/client";

/**
 * How the addresses for confirmations that M-Pesa was given stand with the account's secret: it has none,
 * the current one, an earlier one that is still believed there, or one that is believed nowhere any more.
 */
export type RegisteredAddress = "none" | "current" | "earlier" | "dead";

/** Where M-Pesa tells of payments, as far as we know. */
export function registeredAddressOf(
  account: Pick<ProviderAccount, "c2bSince" | "c2bSecretVersion" | "secretVersion">,
): RegisteredAddress {
  const { c2bSince, c2bSecretVersion, secretVersion } = account;
  if (c2bSecretVersion === null) return "none";
  if (c2bSince === null) return "dead";
  return c2bSecretVersion === secretVersion ? "current" : "earlier";
}
