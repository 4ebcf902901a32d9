import { env } from "@/lib/env";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";

/** Where M-Pesa tells how an order ended, and where that it waited too long. Our id is in both. */
export function payoutAddresses(
  account: { id: string; secretVersion: number },
  about: "b2c" | "status",
  withdrawalId: string,
): { resultUrl: string; timeoutUrl: string } {
  const base = `${env().appUrl}/callbacks/daraja/${callbackSecretOf(account)}/${about}`;
  return {
    resultUrl: `${base}/result/${withdrawalId}`,
    timeoutUrl: `${base}/timeout/${withdrawalId}`,
  };
}
