import { getTranslations } from "next-intl/server";
import { Amount } from "@/components/ui/amount";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import { Icon } from "@/components/ui/icon";
import { LinkButton } from "@/components/ui/link-button";
import { Notice } from "@/components/ui/notice";
import { referenceText } from "@/components/ui/reference-text";
import type { PaymentResource } from "@/lib/payments/schemas";
import { eatFormatter } from "./eat-time";
import { GivenBackPart } from "./given-back-parts";
import { mpesaFacts } from "./mpesa-facts";

interface Props {
  payment: PaymentResource;
  /** What the customer has now, `1250.00`. */
  balance: string;
  difference: { asked: string; paid: string } | null;
}

/** The reward: the amount, large, and the word Paid. */
export async function PaidScreen({ payment, balance, difference }: Props) {
  const [t, time] = await Promise.all([getTranslations("paid"), eatFormatter()]);
  return (
    <>
      <div className="pt-2">
        <h1
          id="payment-heading"
          tabIndex={-1}
          className="flex items-center gap-2 text-2xl font-semibold text-paid"
        >
          <Icon name="check" size={32} />
          {t("title")}
        </h1>
        {payment.amount_paid && <Amount decimal={payment.amount_paid} />}
      </div>
      {difference && (
        <Notice tone="checking">
          <p>
            {t(payment.method === "mpesa" ? "differentMpesa" : "different", {
              asked: amountText(difference.asked),
              paid: amountText(difference.paid),
            })}
          </p>
        </Notice>
      )}
      <GivenBackPart payment={payment} />
      <Facts
        rows={[
          [t("newBalance"), amountText(balance)],
          [t("receipt"), referenceText(payment.public_code)],
          [t("time"), time(payment.settled_at ?? payment.created_at)],
          [t("from"), await sourceOf(payment)],
          ...(await mpesaFacts(payment)),
        ]}
      />
      <LinkButton href={`/payments/${payment.id}/receipt`}>{t("see")}</LinkButton>
      <LinkButton
        href={payment.method === "mpesa" ? "/deposit?method=mpesa" : "/deposit"}
        kind="secondary"
      >
        {t("again")}
      </LinkButton>
    </>
  );
}

async function sourceOf(payment: PaymentResource): Promise<string> {
  const t = await getTranslations("paid");
  if (payment.method === "mpesa")
    return t("fromMpesa", { phone: payment.prompt?.phone ?? "" }).trim();
  return t("fromPesavoucher", { voucher: payment.voucher ?? "" }).trim();
}
