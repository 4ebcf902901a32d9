import { readFile } from "node:fs/promises";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import type { PayoutSettings } from "@/lib/payout-settings";
import { makeSecurityCredential } from "@/lib/providers/daraja/security-credential";
import { findMerchant } from "./find-merchant";
import type { OperatorCredential } from "./operator-credential";
import { saveProviderAccount } from "./save-provider-account";

/**
 * Keeps the shortcodes of the settings as accounts of a merchant, with whatever keys the settings hold now:
 * the one that collects and, where M-Pesa pays out, the one that does, which may be the same. Each is the
 * default one unless somebody has chosen another. When nothing changed, nothing is written.
 */
export async function saveAccountOfSettings(merchantId: string): Promise<void> {
  const ctx = makeCtx(merchantId, { kind: "system", id: "settings" });
  const { mpesa } = env();
  const { environment, shortcode, consumerKey, consumerSecret, passkey } = mpesa;
  const defaults = await db().providerAccount.findMany({
    where: {
      merchantId,
      provider: "mpesa",
      environment,
      OR: [{ isDefault: true }, { isPayoutDefault: true }],
    },
    select: { shortcode: true, isDefault: true, isPayoutDefault: true },
  });
  const chosen = defaults.find(({ isDefault }) => isDefault)?.shortcode ?? shortcode;
  const accountId = await saveProviderAccount(ctx, {
    environment,
    shortcode,
    tillNumber: mpesa.tillNumber,
    secrets: { consumerKey, consumerSecret, passkey },
    isDefault: chosen === shortcode,
  });
  await keepRegistrationSettings(accountId);
  if (!mpesa.payout) return;
  const { payout } = mpesa;
  const chosenToPay = defaults.find(({ isPayoutDefault }) => isPayoutDefault)?.shortcode;
  const pays = chosenToPay ?? payout.shortcode;
  await savePayoutAccount(ctx, payout, { environment, isPayoutDefault: pays === payout.shortcode });
  // The simulated operator may act for both shortcodes, so that the demo can give payments back. A real one
  // belongs to one shortcode: elsewhere it would be refused, and its password come nearer to being locked.
  if (environment !== "simulated" || payout.shortcode === shortcode) return;
  const both = { ...payout, shortcode, consumerKey, consumerSecret };
  await savePayoutAccount(ctx, both, { environment, isPayoutDefault: pays === shortcode });
}

/** With what the account is registered for payments by hand and the history; what is not set stays. */
async function keepRegistrationSettings(accountId: string): Promise<void> {
  const { c2bVersion, nominatedNumber } = env().mpesa;
  if (c2bVersion !== null) {
    await db().providerAccount.updateMany({
      where: { id: accountId, c2bVersion: { not: c2bVersion } },
      data: { c2bVersion },
    });
  }
  if (nominatedNumber === null) return;
  await db().providerAccount.updateMany({
    where: {
      id: accountId,
      OR: [{ nominatedNumber: null }, { nominatedNumber: { not: nominatedNumber } }],
    },
    data: { nominatedNumber },
  });
}

/** Leaves it as it is, and says so, when the operator's password cannot be encrypted: deposits go on. */
async function savePayoutAccount(
  ctx: Ctx,
  settings: PayoutSettings,
  place: { environment: string; isPayoutDefault: boolean },
): Promise<void> {
  const { shortcode, consumerKey, consumerSecret, initiatorName, commandId } = settings;
  const credential = await credentialOf(settings).catch((error: unknown) => {
    log().error({ err: error, shortcode }, "MPESA_CERTIFICATE_FILE: M-Pesa pays nothing out");
    return null;
  });
  if (!credential) return;
  await saveProviderAccount(ctx, {
    environment: place.environment,
    shortcode,
    secrets: { consumerKey, consumerSecret },
    payout: { initiatorName, commandId, isPayoutDefault: place.isPayoutDefault, credential },
  });
}

async function credentialOf(settings: PayoutSettings): Promise<OperatorCredential> {
  const { securityCredential, password, certificateFile } = settings;
  if (securityCredential !== null) return { ready: securityCredential };
  if (password === null || certificateFile === null) throw new Error("there is no password");
  const certificatePem = await readFile(certificateFile);
  // Tried out first: a file that is no certificate is the settings' fault, and no reason not to start.
  makeSecurityCredential({ password, certificatePem });
  return { password, certificatePem };
}

/** Does so for the merchant of this shop; every process calls it at its start. */
export async function saveAccountOfShop(): Promise<void> {
  const { merchantSlug } = env();
  const merchant = await findMerchant(merchantSlug);
  if (merchant) return saveAccountOfSettings(merchant.id);
  log().warn({ slug: merchantSlug }, "no such merchant yet: its M-Pesa account is not kept");
}
