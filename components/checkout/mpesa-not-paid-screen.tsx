import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { LinkButton } from "@/components/ui/link-button";
import { referenceText } from "@/components/ui/reference-text";
import { SubmitOnce } from "@/components/ui/submit-once";
import { CheckAgain } from "./check-again";
import { helpsByHand } from "./helps-by-hand";
import { PayByHand } from "./pay-by-hand";
import { PaymentHeading } from "./payment-heading";
import type { PaymentParts } from "./payment-parts";
import type { PaymentScreen } from "./payment-view";
import { RetryCountdown } from "./retry-countdown";

interface Props extends PaymentParts {
  screen: Extract<PaymentScreen, { kind: "mpesa_not_paid" }>;
  /** Until M-Pesa takes a new prompt for this phone and amount; zero or less when it does already. */
  waitSeconds: number;
}

/** First what happened to the money, then why, then the one thing to do, filled in already. */
export async function MpesaNotPaidScreen(props: Props) {
  const { payment, screen, csrfToken } = props;
  const [reasons, status] = await Promise.all([
    getTranslations("mpesaReasons"),
    getTranslations("status"),
  ]);
  return (
    <>
      <PaymentHeading
        status="not_paid"
        word={status("not_paid")}
        title={reasons(`${screen.reason}.money`)}
      />
      <p>{reasons(`${screen.reason}.why`)}</p>
      <NextStep {...props} />
      {helpsByHand(screen.reason) && <PayByHand payment={payment} isPrompted={false} />}
      {screen.reason === "cancelled_here" && (
        <CheckAgain paymentId={payment.id} csrfToken={csrfToken} kind="secondary" />
      )}
    </>
  );
}

async function NextStep(props: Props) {
  const t = await getTranslations("notPaid");
  const { payment } = props;
  const asked = payment.amount_asked?.replace(/\.00$/, "");
  const deposit = "/deposit?method=mpesa";
  const sameAmount = asked ? `${deposit}&amount=${asked}` : deposit;
  switch (props.screen.next) {
    case "now":
    case "after_wait":
      return (
        <>
          <TryAgain {...props} />
          <LinkButton href={sameAmount} kind="quiet">
            {t("change")}
          </LinkButton>
        </>
      );
    case "other_amount":
      return <LinkButton href={deposit}>{t("otherAmount")}</LinkButton>;
    case "other_phone":
      return <LinkButton href={sameAmount}>{t("otherPhone")}</LinkButton>;
    case "tomorrow":
      return (
        <>
          <p>{t("tomorrow")}</p>
          <LinkButton href={sameAmount}>{t("otherPhone")}</LinkButton>
        </>
      );
    case "no":
      return <ContactUs {...props} />;
  }
}

/** The same phone and amount again, with one tap. */
async function TryAgain({ payment, csrfToken, waitSeconds }: Props) {
  const t = await getTranslations("notPaid");
  const asked = payment.amount_asked;
  return (
    <SubmitOnce method="post" action="/api/deposit/initiate-mpesa" className="grid gap-3">
      <input type="hidden" name="csrf" value={csrfToken} />
      <input type="hidden" name="retry_of" value={payment.id} />
      {waitSeconds > 0 && (
        <RetryCountdown secondsAtRender={waitSeconds} wait={t("waitRetry")} now={t("retryNow")} />
      )}
      <Button busyLabel={t("retrying")}>
        {asked
          ? t("tryAgainAmount", { amount: amountText(asked, { whole: true }) })
          : t("tryAgain")}
      </Button>
    </SubmitOnce>
  );
}

/** Nothing the customer does on their phone will help. Where M-Pesa took nothing, another way is open. */
async function ContactUs({ payment, merchant, screen }: Props) {
  const [t, deposit] = await Promise.all([getTranslations("notPaid"), getTranslations("deposit")]);
  return (
    <>
      <p>
        {t("contact", {
          merchant: merchant.name,
          line: merchant.supportLine,
          reference: referenceText(payment.public_code),
        })}
      </p>
      {screen.reason !== "other" && (
        <LinkButton href="/deposit" kind="secondary">
          {deposit("usePesaVoucher")}
        </LinkButton>
      )}
    </>
  );
}
