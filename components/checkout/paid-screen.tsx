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
import { PaymentHeading } from "./payment-heading";

interface Props {
  payment: PaymentResource;
  /** What the customer has now, `1250.00`. */
  balance: string;
  difference: { asked: string; paid: string } | null;
}

/** The reward: the amount, large, and the word Paid. */
export async function PaidScreen({ payment, balance, difference }: Props) {
  const [t, status, time] = await Promise.all([
    getTranslations("paid"),
    getTranslations("status"),
    eatFormatter(),
  ]);
  return (
    <>
      <div className="flex items-end gap-2 text-paid">
        <Icon name="check" size={32} />
        <PaymentHeading status="paid" word={status("paid")} title={t("title")} />
      </div>
      {payment.amount_paid && <Amount decimal={payment.amount_paid} />}
      {difference && (
        <Notice tone="checking">
          <p>
            {t("different", {
              asked: amountText(difference.asked),
              paid: amountText(difference.paid),
            })}
          </p>
        </Notice>
      )}
      <Facts
        rows={[
          [t("newBalance"), amountText(balance)],
          [t("receipt"), referenceText(payment.public_code)],
          [t("time"), time(payment.settled_at ?? payment.created_at)],
          [t("from"), await sourceOf(payment)],
          [t("providerReceipt"), payment.provider_receipt],
        ]}
      />
      <LinkButton href={`/payments/${payment.id}/receipt`}>{t("see")}</LinkButton>
      <LinkButton href="/deposit" kind="secondary">
        {t("again")}
      </LinkButton>
    </>
  );
}

async function sourceOf(payment: PaymentResource): Promise<string> {
  const t = await getTranslations("paid");
  if (payment.method === "mpesa") return t("fromMpesa");
  return t("fromPesavoucher", { voucher: payment.voucher ?? "" }).trim();
}
