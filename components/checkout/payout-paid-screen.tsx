import { getTranslations } from "next-intl/server";
import { Amount } from "@/components/ui/amount";
import { amountText } from "@/components/ui/amount-text";
import { CopyButton } from "@/components/ui/copy-button";
import { Facts } from "@/components/ui/facts";
import { Icon } from "@/components/ui/icon";
import { LinkButton } from "@/components/ui/link-button";
import { referenceText } from "@/components/ui/reference-text";
import { eatFormatter } from "./eat-time";
import { PAYOUT_PAGES } from "./payout-choice";
import { payoutFacts, usedFact } from "./payout-facts";
import { oneLine, type PayoutParts } from "./payout-parts";

interface Props extends PayoutParts {
  /** What the customer has now, `1250.00`. */
  balance: string;
  /** The whole code of a voucher; null where there is none. */
  code: string | null;
}

/** The money arrived: how much, with whom, what it cost and what is left. */
export async function PayoutPaidScreen({ payment, payout, balance, code }: Props) {
  const [t, words, back, time, facts] = await Promise.all([
    getTranslations("payoutPaid"),
    getTranslations("paid"),
    getTranslations("givenBack"),
    eatFormatter(),
    payoutFacts(payment),
  ]);
  return (
    <>
      <div className="pt-2">
        <h1
          id="payment-heading"
          tabIndex={-1}
          className="flex items-center gap-2 text-2xl font-semibold text-paid"
        >
          <Icon name="check" size={32} />
          {words("title")}
        </h1>
        {payment.amount_paid && <Amount decimal={payment.amount_paid} />}
        {payout.refund_of && <p>{back("whence")}</p>}
      </div>
      {code && <VoucherCode code={code} masked={payment.voucher ?? ""} to={oneLine(payout.to)} />}
      <Facts
        rows={[
          ...facts,
          ...(await usedFact(payment)),
          [words("newBalance"), amountText(balance)],
          [words("receipt"), referenceText(payment.public_code)],
          [words("time"), time(payment.settled_at ?? payment.created_at)],
        ]}
      />
      <LinkButton href={`/payments/${payment.id}/receipt`}>{words("see")}</LinkButton>
      {payout.refund_of ? (
        <LinkButton href={`/payments/${payout.refund_of}`} kind="secondary">
          {back("whenceLink")}
        </LinkButton>
      ) : (
        <LinkButton href={PAYOUT_PAGES[payment.method]} kind="secondary">
          {t("again")}
        </LinkButton>
      )}
    </>
  );
}

/** Masked until it is tapped: a voucher is money, and somebody may look over one's shoulder. */
async function VoucherCode({ code, masked, to }: { code: string; masked: string; to: string }) {
  const [t, words] = await Promise.all([getTranslations("payoutPaid"), getTranslations("signIn")]);
  return (
    <details className="group/code rounded-box border border-line bg-raised px-3">
      <summary className="flex min-h-12 cursor-pointer items-center justify-between gap-x-3 py-2">
        <span className="grid">
          <span className="font-semibold">{t("code")}</span>
          <span className="font-mono text-sm group-open/code:hidden">{masked}</span>
        </span>
        <span className="text-action underline underline-offset-4">
          <span className="group-open/code:hidden">{words("show")}</span>
          <span className="hidden group-open/code:inline">{words("hide")}</span>
        </span>
      </summary>
      <div className="grid gap-3 pb-3">
        <div className="-mr-4 flex flex-wrap items-center justify-between gap-x-2">
          <span data-voucher-code className="font-mono font-semibold break-all select-all">
            {code}
          </span>
          <CopyButton text={code} copy={t("copy")} copied={t("copied")} />
        </div>
        <p>{t("use", { to })}</p>
        <p className="text-sm text-soft">{t("secret")}</p>
      </div>
    </details>
  );
}
