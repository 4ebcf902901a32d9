import type { Ctx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";
import { env } from "@/lib/env";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import type { OpenAccount } from "@/lib/provider-gate/call-with-access";
import { ProviderSecrets } from "./provider-secrets";

/** An account with its keys decrypted, for the length of a call. */
export function openProviderAccount(row: ProviderAccount): OpenAccount {
  const { consumerKey, consumerSecret, passkey } = ProviderSecrets.parse(
    JSON.parse(decrypt(row.secretsCipher).toString("utf8")),
  );
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
export function findCollectionAccount(
  ctx: Ctx,
  input: { shortcode?: string },
): Promise<ProviderAccount | null> {
  return ctx.db.providerAccount.findFirst({
    where: {
      merchantId: ctx.merchantId,
      provider: "mpesa",
      environment: env().mpesa.environment,
      ...(input.shortcode ? { shortcode: input.shortcode } : { isDefault: true }),
    },
  });
}
