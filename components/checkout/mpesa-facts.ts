import { getTranslations } from "next-intl/server";
import type { PaymentResource } from "@/lib/payments/schemas";
import { eatFormatter } from "./eat-time";

type Fact = readonly [name: string, value: string | null];

/** What M-Pesa itself has said about a paid payment. A receipt it has not named yet is never made up. */
export async function mpesaFacts(payment: PaymentResource): Promise<Fact[]> {
  if (payment.method !== "mpesa") return [];
  const [t, time] = await Promise.all([getTranslations("receipt"), eatFormatter()]);
  const paidAt = payment.prompt?.paid_at ?? null;
  return [
    [t("providerReceipt"), payment.provider_receipt ?? t("receiptFollows")],
    [t("providerTime"), paidAt && time(paidAt)],
  ];
}
