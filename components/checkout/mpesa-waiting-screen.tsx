import { getTranslations } from "next-intl/server";
import { Amount } from "@/components/ui/amount";
import { amountText } from "@/components/ui/amount-text";
import { Disclosure } from "@/components/ui/disclosure";
import { Notice } from "@/components/ui/notice";
import { referenceText } from "@/components/ui/reference-text";
import type { PaymentResource } from "@/lib/payments/schemas";
import { CheckAgain } from "./check-again";
import { ElapsedRing } from "./elapsed-ring";
import { elapsedText, type ElapsedUnits } from "./elapsed-text";
import { PayByHand } from "./pay-by-hand";
import { PaymentHeading } from "./payment-heading";
import type { PaymentParts } from "./payment-parts";
import { PromptClock } from "./prompt-clock";
import { PROMPT_HELP_ID, promptPhase } from "./prompt-phase";
import { StopWaiting } from "./stop-waiting";

type Prompt = NonNullable<PaymentResource["prompt"]>;

interface Props extends PaymentParts {
  prompt: Prompt;
  /** Since the prompt was sent. */
  secondsAtRender: number;
  /** The customer asked again while this prompt was open, and came here instead. */
  isFirstPrompt: boolean;
}

/** A prompt is on the customer's phone: what it says, who it is from, and what helps when it is not there. */
export async function CheckPhoneScreen(props: Props) {
  const { payment, prompt, merchant, secondsAtRender } = props;
  const [t, words, units] = await Promise.all([
    getTranslations("prompt"),
    getTranslations("payment"),
    elapsedUnits(),
  ]);
  const amount = amountText(payment.amount_asked ?? "0.00", { whole: true });
  return (
    <>
      <Heading title={t("title")} />
      <div className="grid gap-1">
        <Amount decimal={payment.amount_asked ?? "0.00"} />
        {!props.isFirstPrompt && (
          <p>{t(prompt.sent_at ? "phone" : "sending", { digits: prompt.phone.slice(-3) })}</p>
        )}
      </div>
      <Notice tone={props.isFirstPrompt ? "checking" : "plain"}>
        {props.isFirstPrompt && <FirstPrompt prompt={prompt} seconds={secondsAtRender} />}
        <p>{t("asks", { amount, merchant: merchant.name })}</p>
        <p className={props.isFirstPrompt ? "text-sm" : "text-sm text-soft"}>
          {prompt.kind === "paybill"
            ? t("paybill", { number: prompt.shortcode, reference: prompt.reference })
            : t("till", { number: prompt.shortcode })}
        </p>
      </Notice>
      <PromptClock
        secondsAtRender={secondsAtRender}
        words={{
          ...units,
          left: t("left"),
          still: t("still"),
          live: words("live"),
        }}
      />
      <CheckAgain paymentId={payment.id} csrfToken={props.csrfToken} kind="primary" />
      <Helps {...props} />
      <StopWaiting paymentId={payment.id} csrfToken={props.csrfToken} />
    </>
  );
}

/** Nobody knows yet what became of the prompt. Paying again now could be paying twice. */
export async function AskingMpesaScreen(props: Props) {
  const { payment } = props;
  const [t, words, units] = await Promise.all([
    getTranslations("prompt"),
    getTranslations("payment"),
    elapsedUnits(),
  ]);
  return (
    <>
      <Heading title={t("askingTitle")} />
      {payment.amount_asked && <Amount decimal={payment.amount_asked} />}
      <Notice tone="checking">
        <p>{t("asking")}</p>
      </Notice>
      <ElapsedRing
        secondsAtRender={props.secondsAtRender}
        words={{ ...units, since: `${t("since")}. ${words("live")}` }}
      />
      <CheckAgain paymentId={payment.id} csrfToken={props.csrfToken} kind="primary" />
      <Disclosure summary={t("askingMore")}>
        <StopWaiting paymentId={payment.id} csrfToken={props.csrfToken} />
        <Contact {...props} />
      </Disclosure>
    </>
  );
}

async function Heading({ title }: { title: string }) {
  const status = await getTranslations("status");
  return <PaymentHeading status="waiting" word={status("waiting")} title={title} />;
}

async function FirstPrompt({ prompt, seconds }: { prompt: Prompt; seconds: number }) {
  const [t, units] = await Promise.all([getTranslations("prompt"), elapsedUnits()]);
  return (
    <p>{t("first", { phone: oneLine(prompt.phone), ago: oneLine(elapsedText(seconds, units)) })}</p>
  );
}

/** A number is read in one piece. */
function oneLine(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

async function Helps(props: Props) {
  const t = await getTranslations("prompt");
  return (
    <Disclosure
      id={PROMPT_HELP_ID}
      summary={t("helpTitle")}
      open={promptPhase(props.secondsAtRender).isLate}
    >
      <ul className="grid list-disc gap-2 pl-5">
        <li>{t("helpSignal")}</li>
        <li>{t("helpSession")}</li>
        <li>{t("helpSim")}</li>
      </ul>
      <PayByHand payment={props.payment} isPrompted />
      <Contact {...props} />
    </Disclosure>
  );
}

async function Contact({ payment, merchant }: Props) {
  const t = await getTranslations("waiting");
  return (
    <p>
      {t("helpContact", {
        merchant: merchant.name,
        line: merchant.supportLine,
        reference: referenceText(payment.public_code),
      })}
    </p>
  );
}

async function elapsedUnits(): Promise<ElapsedUnits> {
  const t = await getTranslations("payment");
  return { seconds: t("seconds"), minutes: t("minutes"), hours: t("hours"), days: t("days") };
}
