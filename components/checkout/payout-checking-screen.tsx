import { getTranslations } from "next-intl/server";
import { Amount } from "@/components/ui/amount";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import { referenceText } from "@/components/ui/reference-text";
import { PaymentHeading } from "./payment-heading";
import { oneLine, providerName, type PayoutParts } from "./payout-parts";
import type { PayoutScreen } from "./payout-view";

interface Props extends PayoutParts {
  screen: Extract<PayoutScreen, { kind: "checking" }>;
}

/** A person looks into it. The money stays where it is, and the page says who to ask and what to quote. */
export async function PayoutCheckingScreen({ payment, payout, merchant, screen }: Props) {
  const [t, reasons, words, labels, status, provider] = await Promise.all([
    getTranslations("payoutChecking"),
    getTranslations("payoutReasons"),
    getTranslations("checking"),
    getTranslations("payoutWaiting"),
    getTranslations("status"),
    providerName(payment),
  ]);
  const to = oneLine(payout.to);
  const total = amountText(payout.total, { whole: true });
  return (
    <>
      <PaymentHeading status="checking" word={status("checking")} title={t("money")} />
      {payment.amount_asked && <Amount decimal={payment.amount_asked} />}
      <Notice tone="checking">
        <p>{reasons(screen.reason, { to, provider })}</p>
        <p>{screen.isSetAside ? t("setAside", { total, provider }) : t("open", { provider })}</p>
        <p className="font-semibold">{t("doNot")}</p>
      </Notice>
      <Facts
        rows={[
          [labels("to"), to],
          [labels("reference"), referenceText(payment.public_code)],
        ]}
      />
      <p>{words("when")}</p>
      <p>{words("contact", { merchant: merchant.name, line: merchant.supportLine })}</p>
    </>
  );
}
