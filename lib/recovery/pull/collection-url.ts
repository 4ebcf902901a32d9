import { env } from "@/lib/env";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";

/** The address at which M-Pesa tells of the payments to one shortcode. Nobody else is given it. */
export function collectionUrlOf(
  account: { id: string; secretVersion: number },
  door: "validation" | "confirmation",
): string {
  return `${env().appUrl}/callbacks/daraja/${callbackSecretOf(account)}/c2b/${door}`;
}
