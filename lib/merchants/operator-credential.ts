import { keyedHash, sha256Hex } from "@/lib/crypto";
import { makeSecurityCredential } from "@/lib/providers/daraja/security-credential";
import type { ProviderSecrets } from "./provider-secrets";

/** What proves to M-Pesa that an operator pays out: encrypted there, or by us from the password. */
export type OperatorCredential =
  | { readonly ready: string }
  /** The certificate as its file holds it. */
  | { readonly password: string; readonly certificatePem: string | Buffer };

/**
 * The operator's part of an account's secrets. A password is encrypted at once and kept in no other form;
 * the same password and certificate as before give the credential that was kept, for each encryption of
 * one password differs.
 */
export function secretsOfOperator(
  credential: OperatorCredential,
  kept: ProviderSecrets | null,
): Pick<ProviderSecrets, "securityCredential" | "credentialMadeFrom"> {
  if ("ready" in credential) return { securityCredential: credential.ready };
  const { password, certificatePem } = credential;
  const credentialMadeFrom = keyedHash(
    "mpesa.credential",
    `${password}\0${sha256Hex(certificatePem)}`,
  );
  if (kept?.securityCredential && kept.credentialMadeFrom === credentialMadeFrom) {
    return { securityCredential: kept.securityCredential, credentialMadeFrom };
  }
  return { securityCredential: makeSecurityCredential(credential), credentialMadeFrom };
}
