import { env } from "@/lib/env";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";

/** Where M-Pesa tells how an order or a look-up ended, and where that it waited too long. Our id is in both. */
export function reversalAddresses(
  account: { id: string; secretVersion: number },
  about: "reversal" | "status",
  refundId: string,
): { resultUrl: string; timeoutUrl: string } {
  const base = `${env().appUrl}/callbacks/daraja/${callbackSecretOf(account)}/${about}`;
  return {
    resultUrl: `${base}/result/${refundId}`,
    timeoutUrl: `${base}/timeout/${refundId}`,
  };
}
