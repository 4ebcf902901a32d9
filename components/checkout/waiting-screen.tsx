import { getTranslations } from "next-intl/server";
import { Amount } from "@/components/ui/amount";
import { Disclosure } from "@/components/ui/disclosure";
import { LinkButton } from "@/components/ui/link-button";
import { referenceText } from "@/components/ui/reference-text";
import { CheckAgain } from "./check-again";
import { ElapsedRing } from "./elapsed-ring";
import { PasteCodeForm } from "./paste-code-form";
import { PaymentHeading } from "./payment-heading";
import type { PaymentParts } from "./payment-parts";

type Step = { kind: "at_provider" | "needs_code" } | { kind: "confirming"; voucher: string | null };

interface Props extends PaymentParts {
  step: Step;
  /** The code field is open: it is needed, or the customer asked for it. */
  codeOpen: boolean;
  secondsAtRender: number;
}

/** The payment is under way: what to do now, how long it has been, and the ways out. */
export async function WaitingScreen(props: Props) {
  const { payment, step, code } = props;
  const [t, status, words] = await Promise.all([
    getTranslations("waiting"),
    getTranslations("status"),
    getTranslations("payment"),
  ]);
  return (
    <>
      <PaymentHeading status="waiting" word={status("waiting")} title={t(`${step.kind}.title`)} />
      {payment.amount_asked && <Amount decimal={payment.amount_asked} />}
      <p>{await bodyOf(step)}</p>
      {props.codeOpen && (
        <PasteCodeForm
          csrfToken={props.csrfToken}
          codePrefix={props.codePrefix}
          paymentId={payment.id}
          typed={code.typed}
          problem={code.problem}
          kind={step.kind === "needs_code" ? "primary" : "secondary"}
        />
      )}
      <ElapsedRing
        secondsAtRender={props.secondsAtRender}
        words={{
          seconds: words("seconds"),
          minutes: words("minutes"),
          hours: words("hours"),
          days: words("days"),
          since: `${words("since")}. ${words("live")}`,
        }}
      />
      <CheckAgain
        paymentId={payment.id}
        csrfToken={props.csrfToken}
        kind={step.kind === "needs_code" ? "secondary" : "primary"}
      />
      {step.kind !== "confirming" && <Helps {...props} />}
    </>
  );
}

async function bodyOf(step: Step): Promise<string> {
  const t = await getTranslations("waiting");
  if (step.kind !== "confirming") return t(`${step.kind}.body`);
  return step.voucher ? t("confirming.body", { voucher: step.voucher }) : t("confirmingNoCode");
}

async function Helps({ payment, merchant, codeOpen }: Props) {
  const t = await getTranslations("waiting");
  const amount = payment.amount_asked?.replace(/\.00$/, "");
  return (
    <Disclosure summary={t("helpTitle")}>
      {!codeOpen && (
        <>
          <p>{t("helpPaid")}</p>
          <LinkButton href={`/payments/${payment.id}?code=1`} kind="secondary">
            {t("enterCode")}
          </LinkButton>
        </>
      )}
      {payment.step === "at_provider" && (
        <>
          <p>{t("helpNotPaid")}</p>
          <LinkButton href={amount ? `/deposit?amount=${amount}` : "/deposit"} kind="secondary">
            {t("helpStartAgain")}
          </LinkButton>
        </>
      )}
      <p>
        {t("helpContact", {
          merchant: merchant.name,
          line: merchant.supportLine,
          reference: referenceText(payment.public_code),
        })}
      </p>
    </Disclosure>
  );
}
