import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { findMerchant } from "./find-merchant";
import { saveProviderAccount } from "./save-provider-account";

/**
 * Keeps the shortcode of the settings as an account of a merchant, with whatever keys the settings hold
 * now; it is the default one unless somebody has chosen another. When nothing changed, nothing is written.
 */
export async function saveAccountOfSettings(merchantId: string): Promise<void> {
  const { mpesa } = env();
  const { environment, shortcode } = mpesa;
  const chosen = await db().providerAccount.findFirst({
    where: { merchantId, provider: "mpesa", environment, isDefault: true },
    select: { shortcode: true },
  });
  await saveProviderAccount(makeCtx(merchantId, { kind: "system", id: "settings" }), {
    environment,
    shortcode,
    tillNumber: mpesa.tillNumber,
    secrets: {
      consumerKey: mpesa.consumerKey,
      consumerSecret: mpesa.consumerSecret,
      passkey: mpesa.passkey,
    },
    isDefault: chosen === null || chosen.shortcode === shortcode,
  });
}

/** Does so for the merchant of this shop; every process calls it at its start. */
export async function saveAccountOfShop(): Promise<void> {
  const { merchantSlug } = env();
  const merchant = await findMerchant(merchantSlug);
  if (merchant) return saveAccountOfSettings(merchant.id);
  log().warn({ slug: merchantSlug }, "no such merchant yet: its M-Pesa account is not kept");
}
