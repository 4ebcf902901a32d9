import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import type { PaymentResource } from "@/lib/payments/schemas";
import { eatFormatter } from "./eat-time";
import { feeText, oneLine } from "./payout-parts";

type Fact = readonly [name: string, value: string | null];

/** Whom a paid withdrawal reached, what it cost, and the number the provider gave it. Nothing is made up. */
export async function payoutFacts(payment: PaymentResource): Promise<Fact[]> {
  const { payout, method, provider_receipt: receipt } = payment;
  if (!payout) return [];
  const [t, words] = await Promise.all([getTranslations("payoutPaid"), getTranslations("receipt")]);
  const fee = feeText(payout);
  const shared: Fact[] = [
    [t("to"), oneLine(payout.to)],
    [t("message"), payout.message],
    [t("fee"), fee],
    [t("total"), fee && amountText(payout.total, { whole: true })],
  ];
  if (method === "mpesa") {
    const name: Fact = [t("name"), payout.receiver];
    const [to, ...rest] = shared;
    const told: Fact = [words("providerReceipt"), receipt ?? words("receiptFollows")];
    return to ? [to, name, ...rest, told] : [];
  }
  return [...shared, [t("voucherReceipt"), receipt]];
}

/** Whether a voucher was turned into money yet. A receipt does not say it: that changes after it is printed. */
export async function usedFact({ payout, method }: PaymentResource): Promise<Fact[]> {
  if (!payout || method === "mpesa") return [];
  const [t, time] = await Promise.all([getTranslations("payoutPaid"), eatFormatter()]);
  return [[t("used"), payout.redeemed_at === null ? t("notUsed") : time(payout.redeemed_at)]];
}
