import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import type { OfApp } from "@/lib/provider-gate/call-with-access";
import type { PayoutAccount } from "@/lib/providers/pays-out";
import { openSecrets } from "./provider-secrets";

/** A shortcode that pays out, with its keys and its operator, ready to be used in calls. */
export interface OpenPayoutAccount extends PayoutAccount, OfApp {
  readonly id: string;
}

/** An account that pays out, with its keys decrypted, for the length of a call. */
export function openPayoutAccount(row: ProviderAccount): OpenPayoutAccount {
  const { consumerKey, consumerSecret, securityCredential } = openSecrets(row);
  const { initiatorName } = row;
  assert(initiatorName !== null && securityCredential, "an account that pays out has an operator");
  return {
    id: row.id,
    shortcode: row.shortcode,
    initiatorName,
    securityCredential,
    commandId: row.commandId,
    app: { keyHash: row.appKeyHash, keys: { consumerKey, consumerSecret } },
  };
}

/** The merchant's account that pays withdrawals in the environment this shop runs in; null without one. */
export function findPayoutAccount(ctx: Ctx): Promise<ProviderAccount | null> {
  return ctx.db.providerAccount.findFirst({
    where: {
      merchantId: ctx.merchantId,
      provider: "mpesa",
      environment: env().mpesa.environment,
      isPayoutDefault: true,
    },
  });
}
