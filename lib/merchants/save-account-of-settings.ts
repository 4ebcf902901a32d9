import { makeCtx } from "@/lib/context";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { findMerchant } from "./find-merchant";
import { saveProviderAccount } from "./save-provider-account";

/**
 * Makes the shortcode of the settings the default account of a merchant, with whatever keys the settings
 * hold now. When nothing changed, nothing is written.
 */
export async function saveAccountOfSettings(merchantId: string): Promise<void> {
  const { mpesa } = env();
  await saveProviderAccount(makeCtx(merchantId, { kind: "system", id: "settings" }), {
    environment: mpesa.environment,
    shortcode: mpesa.shortcode,
    tillNumber: mpesa.tillNumber,
    secrets: {
      consumerKey: mpesa.consumerKey,
      consumerSecret: mpesa.consumerSecret,
      passkey: mpesa.passkey,
    },
    isDefault: true,
  });
}

/** Does so for the merchant of this shop; every process calls it at its start. */
export async function saveAccountOfShop(): Promise<void> {
  const { merchantSlug } = env();
  const merchant = await findMerchant(merchantSlug);
  if (merchant) return saveAccountOfSettings(merchant.id);
  log().warn({ slug: merchantSlug }, "no such merchant yet: its M-Pesa account is not kept");
}
