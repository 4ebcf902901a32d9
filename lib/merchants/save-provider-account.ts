import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { decrypt, encrypt, keyedHash, sha256Hex } from "@/lib/crypto";
import { newId } from "@/lib/kit/ids";
import { callbackSecretOf } from "./callback-secret";
import { ProviderSecrets } from "./provider-secrets";

export interface ProviderAccountInput {
  readonly environment: string;
  readonly shortcode: string;
  /** The number that receives the money behind the shortcode; null for a PayBill. */
  readonly tillNumber: string | null;
  readonly secrets: ProviderSecrets;
  /** Takes the deposits for which nobody names another shortcode. */
  readonly isDefault: boolean;
}

/**
 * Keeps a merchant's M-Pesa shortcode with its keys, encrypted, and gives it a callback secret. The same
 * again changes nothing; other keys replace the old ones. Returns the account's id.
 */
export async function saveProviderAccount(ctx: Ctx, input: ProviderAccountInput): Promise<string> {
  const secrets = ProviderSecrets.parse(input.secrets);
  const { environment, shortcode, tillNumber, isDefault } = input;
  const key = { merchantId: ctx.merchantId, provider: "mpesa", environment, shortcode };
  return withTransaction(ctx, async (tx) => {
    // Processes that start together write one account, one after the other.
    await tx.db.$queryRaw`SELECT id FROM merchants WHERE id = ${tx.merchantId} FOR NO KEY UPDATE`;
    const known = await tx.db.providerAccount.findUnique({
      where: { merchantId_provider_environment_shortcode: key },
    });
    if (known && isSame(known, input, secrets)) return known.id;
    if (isDefault) await unsetDefault(tx, key);
    const id = known?.id ?? newId("providerAccount", tx.now().getTime());
    const data = {
      kind: tillNumber === null ? ("paybill" as const) : ("till" as const),
      tillNumber,
      secretsCipher: encrypt(Buffer.from(JSON.stringify(secrets))),
      secretsMasked: Object.fromEntries(Object.entries(secrets).map(([k, v]) => [k, mask(v)])),
      appKeyHash: keyedHash("mpesa.app", secrets.consumerKey),
      isDefault,
    };
    await tx.db.providerAccount.upsert({
      where: { id },
      create: { id, ...key, ...data, createdAt: tx.now() },
      update: data,
    });
    if (!known) {
      const hash = sha256Hex(callbackSecretOf({ id, secretVersion: 1 }));
      await tx.db.callbackSecret.create({
        data: { hash, accountId: id, version: 1, createdAt: tx.now() },
      });
    }
    await recordAudit(tx, {
      action: known ? "provider_account.changed" : "provider_account.added",
      subjectId: id,
      after: { shortcode, till: tillNumber, default: isDefault, keys: data.secretsMasked },
    });
    return id;
  });
}

function isSame(
  known: { secretsCipher: Uint8Array; tillNumber: string | null; isDefault: boolean },
  input: ProviderAccountInput,
  secrets: ProviderSecrets,
): boolean {
  const kept = ProviderSecrets.parse(JSON.parse(decrypt(known.secretsCipher).toString("utf8")));
  return (
    known.tillNumber === input.tillNumber &&
    known.isDefault === input.isDefault &&
    kept.consumerKey === secrets.consumerKey &&
    kept.consumerSecret === secrets.consumerSecret &&
    kept.passkey === secrets.passkey
  );
}

async function unsetDefault(
  tx: Ctx,
  key: { merchantId: string; provider: string; environment: string },
): Promise<void> {
  const { merchantId, provider, environment } = key;
  await tx.db.providerAccount.updateMany({
    where: { merchantId, provider, environment, isDefault: true },
    data: { isDefault: false },
  });
}

/** `****c919`: enough to tell two keys apart. */
function mask(secret: string): string {
  return `****${secret.slice(-4)}`;
}
