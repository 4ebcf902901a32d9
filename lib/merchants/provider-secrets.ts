import { z } from "zod";
import { decrypt } from "@/lib/crypto";

/** What of an M-Pesa account is encrypted at rest. */
export const ProviderSecrets = z.object({
  consumerKey: z.string().min(1),
  consumerSecret: z.string().min(1),
  /** Only an account that collects by prompt has one. */
  passkey: z.string().min(1).optional(),
  /** The operator's password, encrypted for M-Pesa alone; only an account that pays out has one. */
  securityCredential: z.string().min(1).optional(),
  /** Keyed hash of the password and the certificate it was made from: tells whether they changed. */
  credentialMadeFrom: z.string().optional(),
});
export type ProviderSecrets = z.infer<typeof ProviderSecrets>;

/** The secrets of an account, decrypted. */
export function openSecrets(account: { secretsCipher: Uint8Array }): ProviderSecrets {
  return ProviderSecrets.parse(JSON.parse(decrypt(account.secretsCipher).toString("utf8")));
}
