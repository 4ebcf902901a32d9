import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { LinkButton } from "@/components/ui/link-button";
import { referenceText } from "@/components/ui/reference-text";
import { PaymentHeading } from "./payment-heading";
import { PAYOUT_PAGES } from "./payout-choice";
import { oneLine, providerName, type PayoutParts } from "./payout-parts";
import type { PayoutScreen } from "./payout-view";

interface Props extends PayoutParts {
  screen: Extract<PayoutScreen, { kind: "not_paid" }>;
}

/** First that the money is back, then why, then the one thing to do, filled in already. */
export async function PayoutNotPaidScreen(props: Props) {
  const { payment, payout, merchant, screen } = props;
  const [t, reasons, status, provider] = await Promise.all([
    getTranslations("payoutNotPaid"),
    getTranslations("payoutReasons"),
    getTranslations("status"),
    providerName(payment),
  ]);
  return (
    <>
      <PaymentHeading
        status="not_paid"
        word={status("not_paid")}
        title={t("money", { total: amountText(payout.total, { whole: true }) })}
      />
      <p>{reasons(screen.reason, { to: oneLine(payout.to), provider })}</p>
      <NextStep {...props} />
      {screen.isOurs && (
        <p>
          {t("contact", {
            merchant: merchant.name,
            line: merchant.supportLine,
            reference: referenceText(payment.public_code),
          })}
        </p>
      )}
    </>
  );
}

async function NextStep({ payment, payout, screen }: Props) {
  const [t, methods] = await Promise.all([
    getTranslations("payoutNotPaid"),
    getTranslations("methods"),
  ]);
  const asked = payment.amount_asked ?? "0.00";
  const page = PAYOUT_PAGES[payment.method];
  const other = payment.method === "mpesa" ? "pesavoucher" : "mpesa";
  const sameAgain = withQuery(page, { again: payment.id });
  const sameAmount = { amount: asked.replace(/\.00$/, "") };
  // Their own phone or address, which the form would offer first, is the one that did not work.
  const elsewhere = withQuery(page, { ...sameAmount, ...(payout.is_own && { to: "other" }) });
  const otherMethod = withQuery(PAYOUT_PAGES[other], sameAmount);
  switch (screen.next) {
    case "again":
      return (
        <LinkButton href={sameAgain}>
          {t("again", { amount: amountText(asked, { whole: true }) })}
        </LinkButton>
      );
    case "other_phone":
      return (
        <>
          <LinkButton href={elsewhere}>{t("otherPhone")}</LinkButton>
          <LinkButton href={otherMethod} kind="quiet">
            {t("useMethod", { method: methods(other) })}
          </LinkButton>
        </>
      );
    case "other_amount":
      return <LinkButton href={sameAgain}>{t("otherAmount")}</LinkButton>;
    case "other_method":
      return (
        <LinkButton href={otherMethod}>{t("useMethod", { method: methods(other) })}</LinkButton>
      );
    case "other_email":
      return (
        <>
          <LinkButton href={sameAgain}>{t("registered")}</LinkButton>
          <LinkButton href={elsewhere} kind="secondary">
            {t("otherEmail")}
          </LinkButton>
          <LinkButton href={otherMethod} kind="quiet">
            {t("useMethod", { method: methods(other) })}
          </LinkButton>
        </>
      );
  }
}

function withQuery(page: string, query: Readonly<Record<string, string>>): string {
  return `${page}${page.includes("?") ? "&" : "?"}${new URLSearchParams(query)}`;
}
