import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import { LinkButton } from "@/components/ui/link-button";
import { referenceText } from "@/components/ui/reference-text";
import { GivenBackTimes } from "./given-back-parts";
import { PaymentHeading } from "./payment-heading";
import type { PaymentParts } from "./payment-parts";

/** A deposit that was refunded: what came back, and where to look for it. */
export async function GivenBackScreen({ payment }: PaymentParts) {
  const [t, status] = await Promise.all([getTranslations("givenBack"), getTranslations("status")]);
  const amount = payment.amount_given_back ?? payment.amount_paid;
  const text = amount && amountText(amount);
  return (
    <>
      <PaymentHeading
        status="given_back"
        word={status("given_back")}
        title={text ? t("money", { amount: text }) : t("title")}
      />
      <p>{t(`to.${payment.method}`)}</p>
      <GivenBackTimes payment={payment} />
      <Facts
        rows={[
          [t("paid"), payment.amount_paid && amountText(payment.amount_paid)],
          [t("paidWith"), payment.provider_receipt],
          [t("reference"), referenceText(payment.public_code)],
        ]}
      />
      <LinkButton href={`/payments/${payment.id}/receipt`} kind="secondary">
        {t("receipt")}
      </LinkButton>
      <LinkButton href={payment.method === "mpesa" ? "/deposit?method=mpesa" : "/deposit"}>
        {t("again")}
      </LinkButton>
    </>
  );
}
