import { getTranslations } from "next-intl/server";
import { Amount } from "@/components/ui/amount";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import { QrCode } from "@/components/ui/qr-code";
import { referenceText } from "@/components/ui/reference-text";
import { StatusBadge } from "@/components/ui/status-badge";
import type { PaymentResource } from "@/lib/payments/schemas";
import { eatFormatter } from "./eat-time";
import { givenBackLines } from "./given-back-parts";
import { mpesaFacts } from "./mpesa-facts";
import { payoutFacts } from "./payout-facts";

interface Props {
  payment: PaymentResource;
  merchantName: string;
  customerName: string;
  /** The public page that says whether this receipt is true. */
  checkUrl: string;
}

/** A receipt as wide as half an A4 page, or as the paper roll it is printed on. */
export async function Receipt({ payment, merchantName, customerName, checkUrl }: Props) {
  const [t, status, methods, time] = await Promise.all([
    getTranslations("receipt"),
    getTranslations("status"),
    getTranslations("methods"),
    eatFormatter(),
  ]);
  return (
    <article className="grid w-full max-w-slip gap-3 rounded-box border border-line p-3 print:border-0 print:p-0">
      <header className="flex flex-wrap items-baseline justify-between gap-2">
        <h1 className="text-xl font-semibold">{merchantName}</h1>
        <span className="text-soft">{t("title")}</span>
      </header>
      <div>
        <StatusBadge status={payment.status} word={status(payment.status)} />
        {payment.amount_paid && <Amount decimal={payment.amount_paid} />}
      </div>
      <Facts
        rows={[
          [t("number"), referenceText(payment.public_code)],
          [t("givenBack"), payment.amount_given_back && amountText(payment.amount_given_back)],
          [t("howBack"), await howBack(payment)],
          [t("time"), time(payment.settled_at ?? payment.created_at)],
          [t(payment.payout ? "sentBy" : "method"), methods(payment.method)],
          [t("voucher"), payment.voucher],
          [t("phone"), payment.prompt?.phone ?? null],
          ...(await (payment.payout ? payoutFacts(payment) : mpesaFacts(payment))),
          [t("customer"), customerName],
        ]}
      />
      <footer className="flex flex-wrap items-center gap-3 text-sm">
        <QrCode text={checkUrl} label={t("qr")} />
        <p className="min-w-0 flex-1 basis-40 break-words">
          {t("scan", { url: checkUrl.replace(/^https?:\/\//, "") })}
        </p>
        <p className="text-soft">{t("eat")}</p>
      </footer>
    </article>
  );
}

/** Each time something went back, on a line of its own; null when nothing did. */
async function howBack(payment: PaymentResource) {
  const lines = await givenBackLines(payment);
  if (lines.length === 0) return null;
  return (
    <ul className="font-normal">
      {lines.map(({ line }) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
