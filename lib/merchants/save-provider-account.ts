import { isDeepStrictEqual } from "node:util";
import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { encrypt, keyedHash, sha256Hex } from "@/lib/crypto";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";
import { callbackSecretOf } from "./callback-secret";
import { secretsOfOperator, type OperatorCredential } from "./operator-credential";
import { openSecrets, ProviderSecrets } from "./provider-secrets";

export interface ProviderAccountInput {
  readonly environment: string;
  readonly shortcode: string;
  /** The number that receives the money behind the shortcode; null for a PayBill. */
  readonly tillNumber?: string | null;
  /** With a passkey the account collects. */
  readonly secrets: { consumerKey: string; consumerSecret: string; passkey?: string };
  /** Takes the deposits for which nobody names another shortcode. */
  readonly isDefault?: boolean;
  /** With an operator the account pays out. */
  readonly payout?: PayoutInput;
}

export interface PayoutInput {
  readonly initiatorName: string;
  /** BusinessPayment, SalaryPayment or PromotionPayment. */
  readonly commandId: string;
  /** Pays the merchant's withdrawals. */
  readonly isPayoutDefault: boolean;
  readonly credential: OperatorCredential;
}

/**
 * Keeps a merchant's M-Pesa shortcode with its keys, encrypted, and gives it a callback secret. What the
 * input leaves out stays as it was, so that a shortcode which collects can be taught to pay out, and the
 * other way round. The same again changes nothing; other keys replace the old ones, and an account that
 * had stopped paying out begins again with another operator or other keys. Returns the account's id.
 */
export async function saveProviderAccount(ctx: Ctx, input: ProviderAccountInput): Promise<string> {
  const { environment, shortcode } = input;
  const key = { merchantId: ctx.merchantId, provider: "mpesa", environment, shortcode };
  return withTransaction(ctx, async (tx) => {
    // Processes that start together write one account, one after the other.
    await tx.db.$queryRaw`SELECT id FROM merchants WHERE id = ${tx.merchantId} FOR NO KEY UPDATE`;
    const known = await tx.db.providerAccount.findUnique({
      where: { merchantId_provider_environment_shortcode: key },
    });
    const kept = known && openSecrets(known);
    const secrets = secretsAfter(kept, input);
    const traits = traitsAfter(known, input);
    const sameSecrets = isDeepStrictEqual(secrets, kept);
    if (known && sameSecrets && isDeepStrictEqual(traits, traitsOf(known))) return known.id;

    await unsetDefaults(tx, key, traits);
    const id = known?.id ?? newId("providerAccount", tx.now().getTime());
    const mayPayAgain =
      input.payout && !(sameSecrets && traits.initiatorName === known?.initiatorName);
    const data = {
      ...traits,
      kind: traits.tillNumber === null ? ("paybill" as const) : ("till" as const),
      secretsCipher: encrypt(Buffer.from(JSON.stringify(secrets))),
      secretsMasked: masked(secrets),
      appKeyHash: keyedHash("mpesa.app", secrets.consumerKey),
      // Left alone otherwise: it may be stopped at this very moment.
      ...(mayPayAgain && { payoutsStopped: null, operatorSince: tx.now() }),
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
      after: {
        shortcode,
        till: data.tillNumber,
        default: data.isDefault,
        operator: data.initiatorName,
        command: data.commandId,
        payout_default: data.isPayoutDefault,
        payouts_stopped: mayPayAgain ? null : (known?.payoutsStopped ?? null),
        keys: data.secretsMasked,
        sealed: sha256Hex(data.secretsCipher),
        ...(!known && { secret: sha256Hex(callbackSecretOf({ id, secretVersion: 1 })) }),
      },
    });
    return id;
  });
}

/** Throws when nothing could be done with the account. */
function secretsAfter(kept: ProviderSecrets | null, input: ProviderAccountInput): ProviderSecrets {
  const { payout } = input;
  const { passkey = kept?.passkey, ...app } = input.secrets;
  const ofOperator = payout ? secretsOfOperator(payout.credential, kept) : ofOperatorIn(kept);
  // Through JSON, as it will be read again: what is absent there is absent here.
  const all: unknown = JSON.parse(JSON.stringify({ ...app, passkey, ...ofOperator }));
  const secrets = ProviderSecrets.parse(all);
  if (!secrets.passkey && !secrets.securityCredential) {
    throw new Error("An account needs a passkey, to collect, or an operator, to pay out.");
  }
  return secrets;
}

function ofOperatorIn(kept: ProviderSecrets | null) {
  return {
    securityCredential: kept?.securityCredential,
    credentialMadeFrom: kept?.credentialMadeFrom,
  };
}

type Traits = Pick<
  ProviderAccount,
  "tillNumber" | "isDefault" | "initiatorName" | "commandId" | "isPayoutDefault"
>;

function traitsOf(row: ProviderAccount): Traits {
  const { tillNumber, isDefault, initiatorName, commandId, isPayoutDefault } = row;
  return { tillNumber, isDefault, initiatorName, commandId, isPayoutDefault };
}

const NEW_ACCOUNT: Traits = {
  tillNumber: null,
  isDefault: false,
  initiatorName: null,
  commandId: "BusinessPayment",
  isPayoutDefault: false,
};

function traitsAfter(known: ProviderAccount | null, input: ProviderAccountInput): Traits {
  const before = known ? traitsOf(known) : NEW_ACCOUNT;
  const { tillNumber = before.tillNumber, isDefault = before.isDefault, payout } = input;
  const { initiatorName, commandId, isPayoutDefault } = payout ?? before;
  return { tillNumber, isDefault, initiatorName, commandId, isPayoutDefault };
}

/** Takes a place from the account that has it, when another one is about to take it. */
async function unsetDefaults(
  tx: Ctx,
  key: { merchantId: string; provider: string; environment: string },
  { isDefault, isPayoutDefault }: Traits,
): Promise<void> {
  const { merchantId, provider, environment } = key;
  if (isDefault) {
    await tx.db.providerAccount.updateMany({
      where: { merchantId, provider, environment, isDefault: true },
      data: { isDefault: false },
    });
  }
  if (isPayoutDefault) {
    await tx.db.providerAccount.updateMany({
      where: { merchantId, provider, environment, isPayoutDefault: true },
      data: { isPayoutDefault: false },
    });
  }
}

/** `****c919` for each key: enough to tell two apart. */
function masked({ credentialMadeFrom: _, ...secrets }: ProviderSecrets): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [name, `****${secret.slice(-4)}`]),
  );
}
