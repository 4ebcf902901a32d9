import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import { PasswordField } from "@/components/ui/password-field";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { WithdrawalQuote } from "@/lib/payments/schemas";
import { HiddenFields } from "./hidden-fields";
import { oneLine } from "./payout-parts";

interface Props {
  quote: WithdrawalQuote;
  /** What was typed, as it is sent again with the confirmation. */
  sent: Readonly<Record<string, string>>;
  csrfToken: string;
  merchantName: string;
  passwordProblem?: string;
}

/** Who gets what, what it costs, what is left, and the button that does it. */
export async function ConfirmWithdrawal(props: Props) {
  const { quote, csrfToken, sent } = props;
  const [t, words] = await Promise.all([getTranslations("review"), getTranslations("signIn")]);
  const amount = amountText(quote.amount, { whole: true });
  const isMpesa = quote.method === "mpesa";
  return (
    <>
      <h1 className="pt-2 text-2xl font-semibold">{t("title", { amount })}</h1>
      <QuoteFacts quote={quote} />
      {quote.is_new && !quote.is_own && (
        <Notice tone="checking">
          <p>{t(isMpesa ? "newPhone" : "newEmail")}</p>
        </Notice>
      )}
      {quote.needs_approval && (
        <Notice>
          <p>{t("approval", { merchant: props.merchantName })}</p>
        </Notice>
      )}
      <SubmitOnce method="post" action="/api/withdraw" className="grid gap-3" noValidate>
        <HiddenFields values={{ csrf: csrfToken, ...sent, fee: quote.fee }} />
        {quote.needs_password && (
          <PasswordField
            label={t("password")}
            hint={t(isMpesa ? "passwordPhone" : "passwordEmail")}
            problem={props.passwordProblem}
            autoComplete="current-password"
            words={{ show: words("show"), hide: words("hide") }}
          />
        )}
        <Button busyLabel={t("submitting")}>{t("submit", { amount })}</Button>
      </SubmitOnce>
    </>
  );
}

async function QuoteFacts({ quote }: { quote: WithdrawalQuote }) {
  const [t, methods] = await Promise.all([getTranslations("review"), getTranslations("methods")]);
  const field = quote.method === "mpesa" ? "phone" : "email";
  const ownField = quote.method === "mpesa" ? "ownPhone" : "ownEmail";
  const whole = (decimal: string) => amountText(decimal, { whole: true });
  return (
    <Facts
      rows={[
        [t("method"), methods(quote.method)],
        [t(quote.is_own ? ownField : field), oneLine(quote.to)],
        [t("lastPaidAs"), quote.last_paid_as],
        [t("message"), quote.message],
        [t(quote.is_own ? "youGet" : "gets"), whole(quote.amount)],
        [t("fee"), quote.fee === "0.00" ? t("noFee") : whole(quote.fee)],
        [t("total"), whole(quote.total)],
        [t("after"), amountText(quote.balance_after)],
      ]}
    />
  );
}
