import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import type { OfApp } from "@/lib/provider-gate/call-with-access";
import type { OperatorAccount } from "@/lib/providers/reverses";
import { openSecrets } from "./provider-secrets";

/** A shortcode whose operator may ask and reverse, with its keys, ready to be used in calls. */
export interface OpenOperatorAccount extends OperatorAccount, OfApp {
  readonly id: string;
}

/** An account that has an operator, whether or not it pays out, decrypted for the length of a call. */
export function openOperatorAccount(row: ProviderAccount): OpenOperatorAccount {
  const { consumerKey, consumerSecret, securityCredential } = openSecrets(row);
  const { id, shortcode, initiatorName, appKeyHash: keyHash } = row;
  assert(initiatorName !== null && securityCredential, "an account that reverses has an operator");
  const app = { keyHash, keys: { consumerKey, consumerSecret } };
  return { id, shortcode, initiatorName, securityCredential, app };
}
