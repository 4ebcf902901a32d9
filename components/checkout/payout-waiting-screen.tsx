import { getTranslations } from "next-intl/server";
import { Amount } from "@/components/ui/amount";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { Disclosure } from "@/components/ui/disclosure";
import { Facts } from "@/components/ui/facts";
import { LinkButton } from "@/components/ui/link-button";
import { Notice } from "@/components/ui/notice";
import { referenceText } from "@/components/ui/reference-text";
import { SubmitOnce } from "@/components/ui/submit-once";
import { eatFormatter } from "./eat-time";
import { ElapsedRing } from "./elapsed-ring";
import { PaymentHeading } from "./payment-heading";
import { feeText, oneLine, providerName, type PayoutParts } from "./payout-parts";
import type { PayoutScreen } from "./payout-view";

interface Props extends PayoutParts {
  screen: Extract<PayoutScreen, { kind: "waiting" }>;
  secondsAtRender: number;
}

/** The money is on its way: what happens now, where the money is meanwhile, and the way back while there is one. */
export async function PayoutWaitingScreen(props: Props) {
  const { payment, payout, merchant, screen } = props;
  const [t, back, status, words, provider, time] = await Promise.all([
    getTranslations("payoutWaiting"),
    getTranslations("givenBack"),
    getTranslations("status"),
    getTranslations("payment"),
    providerName(payment),
    eatFormatter(),
  ]);
  const { step } = screen;
  return (
    <>
      <PaymentHeading
        status="waiting"
        word={status("waiting")}
        title={t(`${step}.title`, { provider })}
      />
      <Amount decimal={payment.amount_asked ?? payout.total} />
      <Notice tone={step === "asking_provider" ? "checking" : "plain"}>
        <p>{await bodyOf(props, provider)}</p>
        {payout.refund_of ? (
          <p>{back("whence")}</p>
        ) : (
          payout.by_staff && <p>{t("byStaff", { merchant: merchant.name })}</p>
        )}
        {payout.approve_before && (
          <p className="text-sm text-soft">
            {t("approveBefore", { time: time(payout.approve_before) })}
          </p>
        )}
      </Notice>
      {step !== "approval" && (
        <ElapsedRing
          secondsAtRender={props.secondsAtRender}
          words={{
            seconds: words("seconds"),
            minutes: words("minutes"),
            hours: words("hours"),
            days: words("days"),
            since: `${t("since")}. ${words("live")}`,
          }}
        />
      )}
      <Facts
        rows={[
          [t("to"), oneLine(payout.to)],
          [t("fee"), feeText(payout)],
          [t("onHold"), amountText(payout.total, { whole: true })],
        ]}
      />
      <noscript>
        <LinkButton href={`/payments/${payment.id}`}>{t("check")}</LinkButton>
      </noscript>
      {screen.canCancel && <TakeBack {...props} />}
      <Helps {...props} />
    </>
  );
}

async function bodyOf({ payment, payout, merchant, screen }: Props, provider: string) {
  const t = await getTranslations("payoutWaiting");
  switch (screen.step) {
    case "approval":
      return t("approval.body", { merchant: merchant.name });
    case "queued":
      return t("queued.body");
    case "sending": {
      const to = oneLine(payout.to);
      if (payment.method === "mpesa") return payout.is_own ? t("textsYou") : t("textsThem", { to });
      return payout.is_own ? t("mailsYou") : t("mailsThem", { to });
    }
    case "asking_provider":
      return t("asking_provider.body", { provider });
  }
}

async function TakeBack({ payment, csrfToken }: Props) {
  const t = await getTranslations("payoutWaiting");
  return (
    <SubmitOnce method="post" action={`/payments/${payment.id}/cancel`} className="grid gap-1">
      <input type="hidden" name="csrf" value={csrfToken} />
      <Button kind="secondary" busyLabel={t("cancelling")} aria-describedby="cancel-note">
        {t("cancel")}
      </Button>
      <p id="cancel-note" className="text-sm text-soft">
        {t("cancelNote")}
      </p>
    </SubmitOnce>
  );
}

async function Helps({ payment, merchant }: Props) {
  const [t, words] = await Promise.all([
    getTranslations("payoutWaiting"),
    getTranslations("waiting"),
  ]);
  return (
    <Disclosure summary={t("help")}>
      <p>
        {words("helpContact", {
          merchant: merchant.name,
          line: merchant.supportLine,
          reference: referenceText(payment.public_code),
        })}
      </p>
    </Disclosure>
  );
}
