import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import type { OfApp } from "@/lib/provider-gate/call-with-access";
import type { CollectionAccount } from "@/lib/providers/collects";
import { openSecrets } from "./provider-secrets";

/** A shortcode that collects, with its keys, ready to be used in calls. */
export interface OpenAccount extends CollectionAccount, OfApp {
  readonly id: string;
}

/** An account that collects, with its keys decrypted, for the length of a call. */
export function openProviderAccount(row: ProviderAccount): OpenAccount {
  const { consumerKey, consumerSecret, passkey } = openSecrets(row);
  assert(passkey !== undefined, "an account that collects has a passkey");
  return {
    id: row.id,
    shortcode: row.shortcode,
    kind: row.kind,
    tillNumber: row.tillNumber,
    passkey,
    app: { keyHash: row.appKeyHash, keys: { consumerKey, consumerSecret } },
  };
}

/**
 * The merchant's account that takes a deposit: the one of `shortcode`, else the default one. Null when
 * there is none in the environment this shop runs in.
 */
export async function findCollectionAccount(
  ctx: Ctx,
  input: { shortcode?: string },
): Promise<ProviderAccount | null> {
  const account = await ctx.db.providerAccount.findFirst({
    where: {
      merchantId: ctx.merchantId,
      provider: "mpesa",
      environment: env().mpesa.environment,
      ...(input.shortcode ? { shortcode: input.shortcode } : { isDefault: true }),
    },
  });
  // One that only pays out asks nobody for money.
  return account && openSecrets(account).passkey !== undefined ? account : null;
}
