import { derivedUuid } from "@/lib/crypto";

/**
 * The unguessable part of an account's callback addresses. Derived from its id and version, so that only
 * its hash is stored and an address can be made again at any time.
 */
export function callbackSecretOf(account: { id: string; secretVersion: number }): string {
  return derivedUuid("daraja.callback", `${account.id}:${account.secretVersion}`);
}
