import type { ProviderAccount } from "@/lib/generated/prisma/client";
import type { OfApp } from "@/lib/provider-gate/call-with-access";
import { openSecrets } from "./provider-secrets";

/** A shortcode and the app that may ask about it, whatever else it may do. */
export interface OpenShortcode extends OfApp {
  readonly id: string;
  readonly shortcode: string;
}

/** An account with its app's keys decrypted, for the length of a call. */
export function openShortcode(row: ProviderAccount): OpenShortcode {
  const { consumerKey, consumerSecret } = openSecrets(row);
  return {
    id: row.id,
    shortcode: row.shortcode,
    app: { keyHash: row.appKeyHash, keys: { consumerKey, consumerSecret } },
  };
}
